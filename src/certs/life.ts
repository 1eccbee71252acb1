import type { X509Certificate } from "node:crypto";
import type { Clock } from "../base/clock.ts";

/** A certificate file after it was seen to. */
export interface KeptPair {
  /** Path of the certificate. */
  readonly path: string;
  readonly notAfterMs: number;
  /** When it is renewed: after two thirds of its life. */
  readonly renewAtMs: number;
  /** It was written just now. */
  readonly isNew: boolean;
}

/** Holds now and is not to be renewed yet. */
export function isFresh(certificate: X509Certificate, clock: Clock): boolean {
  const now = clock.now();
  return now >= certificate.validFromDate.getTime() && now < renewalOf(certificate);
}

export function pairOf(path: string, certificate: X509Certificate, isNew: boolean): KeptPair {
  return { path, notAfterMs: certificate.validToDate.getTime(), renewAtMs: renewalOf(certificate), isNew };
}

/** When a certificate is renewed: after two thirds of its life. */
export function renewalOf(certificate: X509Certificate): number {
  return partOfLife(certificate, 2 / 3);
}

/** When a certificate has lived such a part of its life. */
export function partOfLife({ validFromDate, validToDate }: X509Certificate, part: number): number {
  const from = validFromDate.getTime();
  return from + (validToDate.getTime() - from) * part;
}

/** It holds at that time. */
export function holdsAt({ validFromDate, validToDate }: X509Certificate, nowMs: number): boolean {
  return nowMs >= validFromDate.getTime() && nowMs < validToDate.getTime();
}
