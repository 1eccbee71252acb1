import forge from "node-forge";

const { asn1 } = forge;

/** A value in ASN.1, as node-forge holds it. */
export type Asn1 = forge.asn1.Asn1;

const universal = asn1.Class.UNIVERSAL;

/** SEQUENCE. */
export function sequence(...items: Asn1[]): Asn1 {
  return asn1.create(universal, asn1.Type.SEQUENCE, true, items);
}

/** SET. */
export function set(...items: Asn1[]): Asn1 {
  return asn1.create(universal, asn1.Type.SET, true, items);
}

/** OBJECT IDENTIFIER, from its dotted form. */
export function oid(dotted: string): Asn1 {
  return asn1.create(universal, asn1.Type.OID, false, asn1.oidToDer(dotted).getBytes());
}

/** INTEGER that is small and not negative. */
export function integer(value: number): Asn1 {
  return asn1.create(universal, asn1.Type.INTEGER, false, asn1.integerToDer(value).getBytes());
}

/** INTEGER of these big-endian bytes, the first of them below 0x80 so that it is positive. */
export function integerOf(bytes: Uint8Array): Asn1 {
  return asn1.create(universal, asn1.Type.INTEGER, false, binary(bytes));
}

/** BOOLEAN true. False is the default of every field we write, and DER leaves defaults out. */
export function yes(): Asn1 {
  return asn1.create(universal, asn1.Type.BOOLEAN, false, "\xff");
}

/** NULL. */
export function nothing(): Asn1 {
  return asn1.create(universal, asn1.Type.NULL, false, "");
}

/** UTF8String. */
export function utf8(text: string): Asn1 {
  return asn1.create(universal, asn1.Type.UTF8, false, binary(Buffer.from(text)));
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): Asn1 {
  return asn1.create(universal, asn1.Type.OCTETSTRING, false, binary(bytes));
}

/** BIT STRING whose last `unused` bits do not count. */
export function bits(bytes: Uint8Array, unused = 0): Asn1 {
  return asn1.create(universal, asn1.Type.BITSTRING, false, String.fromCharCode(unused) + binary(bytes));
}

/** Context-specific tag around other values (EXPLICIT). */
export function tagged(tag: number, ...items: Asn1[]): Asn1 {
  return context(tag, true, items);
}

/** Context-specific tag in place of a primitive's own (IMPLICIT). */
export function retagged(tag: number, bytes: Uint8Array): Asn1 {
  return context(tag, false, binary(bytes));
}

/** Time as RFC 5280, 4.1.2.5 wants it: UTCTime up to 2049, GeneralizedTime after. */
export function time(epochMs: number): Asn1 {
  const date = new Date(epochMs);
  return date.getUTCFullYear() < 2050
    ? asn1.create(universal, asn1.Type.UTCTIME, false, asn1.dateToUtcTime(date))
    : asn1.create(universal, asn1.Type.GENERALIZEDTIME, false, asn1.dateToGeneralizedTime(date));
}

/** Reads DER, such as a public key that node:crypto exported. */
export function fromDer(bytes: Uint8Array): Asn1 {
  return asn1.fromDer(binary(bytes));
}

/** Writes DER. */
export function toDer(value: Asn1): Buffer {
  return Buffer.from(asn1.toDer(value).getBytes(), "latin1");
}

function context(tag: number, constructed: boolean, value: string | Asn1[]): Asn1 {
  // oxlint-disable-next-line typescript/no-unsafe-enum-assignment -- node-forge has one field for tags and universal types
  return asn1.create(asn1.Class.CONTEXT_SPECIFIC, tag, constructed, value);
}

// node-forge keeps bytes in strings, one character each
function binary(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("latin1");
}
