import { createPrivateKey, generateKeyPairSync, type KeyObject } from "node:crypto";
import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import { normaliseHost } from "./hosts.ts";
import { authorityExtensions, leafExtensions, type Usage } from "./x509/extensions.ts";
import { keyIdOf, signCertificate, type Validity } from "./x509/sign.ts";

export type { Usage } from "./x509/extensions.ts";
export type { Validity } from "./x509/sign.ts";

/** Common name of the authorities that we make: how we know our own again. */
export const authorityName = "NativeStor certificate authority";

/** Certificate and private key, both PEM. */
export interface KeyPair {
  readonly certificate: string;
  readonly key: string;
}

/** Clocks differ between machines: a certificate holds from a little before it was made. */
const clockSkewMs = 5 * 60_000;

/** From now on for so many days. */
export function validFor(clock: Clock, days: number): Validity {
  return validity(clock.now(), days * 86_400_000);
}

/** From a time on for so long. */
export function validity(nowMs: number, lifeMs: number): Validity {
  // of a life of minutes, as in tests, the little before must not be the larger part
  return { notBeforeMs: nowMs - Math.min(clockSkewMs, lifeMs / 10), notAfterMs: nowMs + lifeMs };
}

/** New private key, PKCS #8 PEM: ECDSA on P-256, which every TLS stack knows and which is made in no time (RSA takes 30 to 300 ms). */
export function createKey(): string {
  return generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey.export({
    type: "pkcs8",
    format: "pem",
  }) as string;
}

/** An authority of our own, with a new key or with the one given (a renewed authority keeps its key, and so its certificates stay good). */
export function createAuthority(options: { readonly validity: Validity; readonly key?: string }): KeyPair {
  const key = options.key ?? createKey();
  const keyObject = readKey(key, "key");
  const certificate = signCertificate(
    {
      subject: authorityName,
      issuer: authorityName,
      validity: options.validity,
      publicKey: keyObject,
      extensions: authorityExtensions(keyIdOf(keyObject)),
    },
    keyObject,
  );
  return { certificate, key };
}

/** What a certificate is issued for. */
export interface Order {
  /** An authority that `createAuthority` made. */
  readonly ca: KeyPair;
  /** DNS names and IP addresses. A client needs none. */
  readonly hosts: readonly string[];
  readonly usage: Usage;
  readonly validity: Validity;
  /** Common name; `nativestor` where none is given. A server that checks clients may look at it. */
  readonly name?: string;
  /** Private key to certify; a new one where none is given. */
  readonly key?: string;
}

/**
 * A certificate for TLS, signed by `ca`.
 * @throws NativestorError `invalid-argument` naming a host that is none
 */
export function issueCertificate(order: Order): KeyPair {
  const hosts = [...new Set(order.hosts.map(normaliseHost))];
  if (hosts.length === 0 && order.usage === "server")
    throw new NativestorError("invalid-argument", "a server's certificate needs at least one host");
  const key = order.key ?? createKey();
  const keyObject = readKey(key, "key");
  const caKey = readKey(order.ca.key, "ca key");
  const certificate = signCertificate(
    {
      subject: order.name ?? "nativestor",
      issuer: authorityName,
      validity: order.validity,
      publicKey: keyObject,
      extensions: leafExtensions(hosts, order.usage, keyIdOf(keyObject), keyIdOf(caKey)),
    },
    caKey,
  );
  return { certificate, key };
}

/** Reads a private key; `what` is how a message calls it. */
export function readKey(pem: string, what: string): KeyObject {
  try {
    return createPrivateKey(pem);
  } catch (error) {
    throw new NativestorError("invalid-argument", `${what} is no private key in PEM (or one with a passphrase)`, {
      cause: error,
    });
  }
}
