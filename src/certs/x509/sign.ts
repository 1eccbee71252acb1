import { createHash, createPublicKey, type KeyObject, randomBytes, sign } from "node:crypto";
import { NativestorError } from "../../base/errors.ts";
import {
  type Asn1,
  bits,
  fromDer,
  integer,
  integerOf,
  nothing,
  oid,
  sequence,
  set,
  tagged,
  time,
  toDer,
  utf8,
} from "./der.ts";

/** When a certificate holds, in milliseconds since the epoch. */
export interface Validity {
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** What goes into a certificate. */
export interface Draft {
  /** Common names. */
  readonly subject: string;
  readonly issuer: string;
  readonly validity: Validity;
  readonly publicKey: KeyObject;
  readonly extensions: readonly Asn1[];
}

// RFC 5758, 3.2 and RFC 4055, 5
const algorithms: Record<string, (() => Asn1) | undefined> = {
  ec: () => sequence(oid("1.2.840.10045.4.3.2")),
  rsa: () => sequence(oid("1.2.840.113549.1.1.11"), nothing()),
};

/**
 * Signs a certificate (RFC 5280, 4.1) and answers it as PEM. node-forge writes the ASN.1; its own signing knows RSA only,
 * so node:crypto signs.
 */
export function signCertificate(draft: Draft, signer: KeyObject): string {
  const algorithm = algorithms[signer.asymmetricKeyType ?? ""]?.();
  if (algorithm === undefined)
    throw new NativestorError(
      "invalid-argument",
      `a ${signer.asymmetricKeyType} key cannot sign: use an EC or RSA key`,
    );
  const body = sequence(
    tagged(0, integer(2)),
    integerOf(serial()),
    algorithm,
    name(draft.issuer),
    sequence(time(draft.validity.notBeforeMs), time(draft.validity.notAfterMs)),
    name(draft.subject),
    fromDer(publicDer(draft.publicKey)),
    tagged(3, sequence(...draft.extensions)),
  );
  const signature = sign("sha256", toDer(body), signer);
  return pem("CERTIFICATE", toDer(sequence(body, algorithm, bits(signature))));
}

/** Key identifier as in RFC 7093, 2 (method 1): the leftmost 160 bits of the SHA-256 of the key. */
export function keyIdOf(key: KeyObject): Buffer {
  return createHash("sha256").update(publicDer(key)).digest().subarray(0, 20);
}

function publicDer(key: KeyObject): Buffer {
  return (key.type === "private" ? createPublicKey(key) : key).export({ type: "spki", format: "der" });
}

// 127 random bits: nobody guesses the next one, and the sign stays positive; the first bit set keeps DER minimal
function serial(): Buffer {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes;
}

function name(commonName: string): Asn1 {
  return sequence(set(sequence(oid("2.5.4.3"), utf8(commonName))));
}

function pem(label: string, der: Buffer): string {
  const lines = der.toString("base64").replace(/(.{64})(?!$)/g, "$1\n");
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
