import { X509Certificate } from "node:crypto";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { readIfThere } from "./folder.ts";
import { hostsOf } from "./hosts.ts";
import { createKey, issueCertificate, type KeyPair, readKey, type Usage, validFor } from "./issue.ts";
import { isFresh, type KeptPair, pairOf } from "./life.ts";
import { publish, publishOnce } from "./publish.ts";

/** A certificate that the authority of a folder issues, and its key beside it. */
export interface LeafOptions {
  readonly folder: string;
  /** Name of the files, without `.crt` and `.key`. */
  readonly base: string;
  readonly ca: KeyPair;
  readonly usage: Usage;
  readonly commonName: string;
  /** Hosts that it shall name, given those that it names; undefined where there is none yet. */
  readonly hosts: (has: readonly string[] | undefined) => readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** A certificate after it was seen to. */
export interface KeptLeaf extends KeptPair {
  readonly hosts: readonly string[];
}

const leafDays = 365;

/**
 * Makes the key where there is none, and issues the certificate where it is missing, ending, or not what it shall be.
 * @throws NativestorError `failed-precondition` when the certificate that is there comes from elsewhere
 */
export async function ensureLeaf(options: LeafOptions): Promise<KeptLeaf> {
  const { folder, base, ca, usage, commonName, clock, log } = options;
  const [path, keyPath] = [join(folder, `${base}.crt`), join(folder, `${base}.key`)];
  const current = await readOwn(path, ca);
  const key = await ensureKey(keyPath);
  const has = current === undefined ? undefined : hostsOf(current);
  const hosts = options.hosts(has);
  const reason = whyIssue(current, readKey(key, keyPath), isSame(hosts, has ?? []), clock);
  if (current !== undefined && reason === undefined) return { ...pairOf(path, current, false), hosts };
  const order = { ca, hosts, usage, name: commonName, validity: validFor(clock, leafDays), key };
  const { certificate } = issueCertificate(order);
  await publish(path, certificate);
  log.info({ path, hosts, reason }, `issued a ${usage} certificate`);
  return { ...pairOf(path, new X509Certificate(certificate), true), hosts };
}

/** The key at a path, made where there is none: the text that is in force, also when somebody else was first. */
export async function ensureKey(path: string): Promise<string> {
  if ((await readIfThere(path)) === undefined) await publishOnce(path, createKey());
  const key = await readIfThere(path);
  if (key === undefined)
    throw new NativestorError("aborted", `${path} vanished while the certificates were made: try again`);
  return key;
}

async function readOwn(path: string, ca: KeyPair): Promise<X509Certificate | undefined> {
  const pem = await readIfThere(path);
  if (pem === undefined) return undefined;
  try {
    const certificate = new X509Certificate(pem);
    if (certificate.verify(new X509Certificate(ca.certificate).publicKey)) return certificate;
  } catch {
    // no certificate at all is not ours either
  }
  throw new NativestorError("failed-precondition", `${path} was not issued by nativestor here and stays as it is`);
}

function whyIssue(
  current: X509Certificate | undefined,
  key: ReturnType<typeof readKey>,
  hostsMatch: boolean,
  clock: Clock,
): string | undefined {
  if (current === undefined) return "there was none";
  if (!current.checkPrivateKey(key)) return "it was for another key";
  if (!hostsMatch) return "the hosts changed";
  return isFresh(current, clock) ? undefined : "its time is coming to an end";
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((host) => b.includes(host));
}
