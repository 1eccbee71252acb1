import { isIP } from "node:net";
import { addressBytes } from "../hosts.ts";
import { type Asn1, bits, integer, octets, oid, retagged, sequence, toDer, yes } from "./der.ts";

/** What a certificate is good for. */
export type Usage = "server" | "client";

// RFC 5280, 4.2.1, and 4.2.1.12 for the purposes
const ids = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extKeyUsage: "2.5.29.37",
};
const purposes: Record<Usage, string> = { server: "1.3.6.1.5.5.7.3.1", client: "1.3.6.1.5.5.7.3.2" };

/** Extensions of an authority: it signs certificates (and their revocation), and none of those may be an authority. */
export function authorityExtensions(keyId: Buffer): Asn1[] {
  return [
    extension(ids.basicConstraints, sequence(yes(), integer(0)), "critical"),
    extension(ids.keyUsage, bits(Buffer.of(0b0000_0110), 1), "critical"),
    extension(ids.subjectKeyIdentifier, octets(keyId)),
  ];
}

/** Extensions of a certificate for `hosts`, from the authority whose key has the id `authorityKeyId`. */
export function leafExtensions(hosts: readonly string[], usage: Usage, keyId: Buffer, authorityKeyId: Buffer): Asn1[] {
  const alternatives = hosts.length === 0 ? [] : [extension(ids.subjectAltName, sequence(...hosts.map(generalName)))];
  return [
    extension(ids.basicConstraints, sequence(), "critical"),
    extension(ids.keyUsage, bits(Buffer.of(0b1000_0000), 7), "critical"),
    extension(ids.extKeyUsage, sequence(oid(purposes[usage]))),
    ...alternatives,
    extension(ids.subjectKeyIdentifier, octets(keyId)),
    extension(ids.authorityKeyIdentifier, sequence(retagged(0, authorityKeyId))),
  ];
}

function extension(id: string, value: Asn1, critical?: "critical"): Asn1 {
  return sequence(oid(id), ...(critical === undefined ? [] : [yes()]), octets(toDer(value)));
}

// GeneralName of RFC 5280, 4.2.1.6: dNSName is [2], iPAddress is [7]
function generalName(host: string): Asn1 {
  return isIP(host) === 0 ? retagged(2, Buffer.from(host, "latin1")) : retagged(7, addressBytes(host));
}
