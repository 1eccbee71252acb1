import type { X509Certificate } from "node:crypto";
import { isIP, isIPv4 } from "node:net";
import { NativestorError } from "../base/errors.ts";

/** Names under which a service on this machine is reached from this machine. */
export const localHosts: readonly string[] = ["localhost", "127.0.0.1", "::1"];

/** A name of RFC 1123 letters, the first part of which may be `*`. */
const dnsName = /^(\*\.)?([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9])?$/;

/**
 * The one way to write a host: DNS names in lower case, IPv6 addresses compressed and without brackets.
 * @throws NativestorError `invalid-argument` naming what is no host
 */
export function normaliseHost(host: string): string {
  const bare = host.replace(/^\[(.*)\]$/, "$1").toLowerCase();
  const version = isIP(bare);
  if (version === 4) return bare;
  if (version === 6 && !bare.includes("%")) return new URL(`https://[${bare}]`).hostname.slice(1, -1);
  if (bare.length > 253 || !dnsName.test(bare))
    throw new NativestorError(
      "invalid-argument",
      `${JSON.stringify(host)} is no host: write a DNS name such as nativestor.example or an IP address, without a port`,
    );
  return bare;
}

/** Hosts that a certificate names, in its order, as `normaliseHost` writes them. */
export function hostsOf(certificate: X509Certificate): string[] {
  return (certificate.subjectAltName ?? "").split(", ").flatMap((entry) => {
    const match = /^(?:DNS|IP Address):(.+)$/.exec(entry);
    return match?.[1] === undefined ? [] : [normaliseHost(match[1])];
  });
}

/** Network bytes of an address: 4 or 16 of them. */
export function addressBytes(address: string): Buffer {
  if (isIPv4(address)) return Buffer.from(address.split(".").map(Number));
  const [head = "", tail] = embeddedAsHex(address).split("::");
  const front = groups(head);
  const back = groups(tail ?? "");
  const middle = Array.from({ length: tail === undefined ? 0 : 8 - front.length - back.length }, () => 0);
  return Buffer.from([...front, ...middle, ...back].flatMap((group) => [group >> 8, group & 0xff]));
}

// ::ffff:1.2.3.4 is written ::ffff:102:304 by the URL parser
function embeddedAsHex(address: string): string {
  return new URL(`https://[${address}]`).hostname.slice(1, -1);
}

function groups(text: string): number[] {
  return text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
}
