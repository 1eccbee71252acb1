import { X509Certificate, createPrivateKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { SecureContextOptions } from "node:tls";
import { messageOf, NativestorError } from "../../base/errors.ts";

/** What a server shows, and whom it believes. PEM texts. */
export interface TlsMaterial {
  /** The certificate, and those between it and its authority. */
  readonly certificate: string;
  readonly key: string;
  /** Authorities of client certificates; undefined where there is no ca.crt. */
  readonly authorities: string | undefined;
  /** Begin and end of the certificate, milliseconds since the epoch. */
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** The material as it is kept. */
export type TlsTexts = Omit<TlsMaterial, "notBeforeMs" | "notAfterMs">;

/**
 * Reads tls.crt, tls.key and, where it is there, ca.crt.
 * @throws NativestorError `failed-precondition` naming the file, also for a certificate and a key that are no pair, as
 * between two writes
 */
export async function readMaterial(folder: string): Promise<TlsMaterial> {
  const certificate = await readPem(folder, "tls.crt");
  const key = await readPem(folder, "tls.key");
  const authorities = await readPem(folder, "ca.crt").catch(() => undefined);
  return checkMaterial({ certificate, key, authorities }, folder);
}

/**
 * Makes sure that the texts of tls.crt, tls.key and ca.crt are what they should be.
 * @param place folder or Secret, for the message
 * @throws NativestorError `failed-precondition`
 */
export function checkMaterial(texts: TlsTexts, place: string): TlsMaterial {
  const { certificate, key, authorities } = texts;
  const leaf = parsed(join(place, "tls.crt"), () => new X509Certificate(certificate));
  const privateKey = parsed(join(place, "tls.key"), () => createPrivateKey(key));
  if (authorities !== undefined) parsed(join(place, "ca.crt"), () => new X509Certificate(authorities));
  if (!leaf.checkPrivateKey(privateKey)) throw unusable(`tls.crt and tls.key in ${place} do not belong together`);
  const [notBeforeMs, notAfterMs] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  return { certificate, key, authorities, notBeforeMs, notAfterMs };
}

/** Why every client will refuse the certificate at this time, where it will: it has ended, or has not begun. */
export function untimely({ notBeforeMs, notAfterMs }: TlsMaterial, nowMs: number): string | undefined {
  const when = (ms: number) => new Date(ms).toISOString();
  if (nowMs > notAfterMs) return `the certificate ended at ${when(notAfterMs)}, and it is ${when(nowMs)} here`;
  if (nowMs < notBeforeMs) return `the certificate is good from ${when(notBeforeMs)} on, and it is ${when(nowMs)} here`;
  return undefined;
}

/** What Node's TLS wants of it. */
export function contextOf({ certificate, key, authorities }: TlsMaterial): SecureContextOptions {
  return { cert: certificate, key, minVersion: "TLSv1.2", ...(authorities === undefined ? {} : { ca: authorities }) };
}

/** The two are the same to a client. */
export function isSame(one: TlsMaterial, other: TlsMaterial): boolean {
  return one.certificate === other.certificate && one.key === other.key && one.authorities === other.authorities;
}

async function readPem(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw unusable(`${path} cannot be read: ${messageOf(error)}`, error);
  }
}

function parsed<Result>(path: string, parse: () => Result): Result {
  try {
    return parse();
  } catch (error) {
    throw unusable(`${path} is no PEM file of the kind its name says, or it is cut short: ${messageOf(error)}`, error);
  }
}

function unusable(message: string, cause?: unknown): NativestorError {
  return new NativestorError("failed-precondition", message, { cause });
}
