import { X509Certificate } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { fileNames, type FolderFiles, ownerOf, readFolder } from "./folder.ts";
import { hostsOf, localHosts, normaliseHost } from "./hosts.ts";
import { createAuthority, createKey, issueCertificate, readKey, validFor } from "./issue.ts";
import { publish, publishOnce } from "./publish.ts";

/** What a folder's certificates shall be. */
export interface EnsureOptions {
  /** Made with mode 0700 where it is not there. */
  readonly folder: string;
  /** Hosts of the server; undefined keeps those that are there, or takes the local ones. */
  readonly hosts: readonly string[] | undefined;
  /** `exactly` these hosts, or these `and-more` that the certificate already names. */
  readonly coverage: "exactly" | "and-more";
  readonly clock: Clock;
  readonly log: Logger;
}

/** One file pair of the folder. */
export interface KeptPair {
  /** Path of the certificate. */
  readonly path: string;
  readonly notAfterMs: number;
  /** When it is renewed: after two thirds of its life. */
  readonly renewAtMs: number;
  /** It was written just now. */
  readonly isNew: boolean;
}

/** The folder after `ensureCertificates`. */
export interface KeptCertificates {
  readonly authority: KeptPair;
  readonly server: KeptPair & { readonly hosts: readonly string[] };
}

const authorityDays = 3650;
const serverDays = 365;

/**
 * Makes a folder hold an authority (ca.crt, ca.key) and a server's certificate (tls.crt, tls.key), all with mode 0600.
 * A key is made where none is there and never replaced; a certificate is replaced in one step, for the same key. So a
 * reader never sees two files that do not belong together, two processes may do this at once, and a crash leaves a folder
 * that the next call completes.
 * @throws NativestorError `failed-precondition` when somebody else's files are there; they stay as they are
 */
export async function ensureCertificates(options: EnsureOptions): Promise<KeptCertificates> {
  const { folder } = options;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const found = await readOurs(folder);
  if (found.caKey === undefined) await publishOnce(join(folder, fileNames.caKey), createKey());
  if (found.key === undefined) await publishOnce(join(folder, fileNames.key), createKey());
  const authority = await ensureAuthority(options, await readOurs(folder));
  return { authority, server: await ensureServer(options, await readOurs(folder)) };
}

async function readOurs(folder: string): Promise<FolderFiles> {
  const files = await readFolder(folder);
  const owner = ownerOf(files);
  if (owner.by !== "others") return files;
  throw new NativestorError(
    "failed-precondition",
    `the certificates in ${folder} were not made by nativestor and stay as they are: ${owner.because}; choose another folder with --cert-dir`,
  );
}

async function ensureAuthority({ folder, clock, log }: EnsureOptions, files: FolderFiles): Promise<KeptPair> {
  const path = join(folder, fileNames.caCertificate);
  const current = parse(files.caCertificate);
  if (current !== undefined && isFresh(current, clock)) return pairOf(path, current, false);
  const { certificate } = createAuthority({
    key: present(files.caKey, fileNames.caKey),
    validity: validFor(clock, authorityDays),
  });
  await publish(path, certificate);
  log.info({ path }, current === undefined ? "made a certificate authority" : "renewed the certificate authority");
  return pairOf(path, new X509Certificate(certificate), true);
}

async function ensureServer(options: EnsureOptions, files: FolderFiles): Promise<KeptCertificates["server"]> {
  const { folder, clock, log } = options;
  const path = join(folder, fileNames.certificate);
  const key = present(files.key, fileNames.key);
  const current = parse(files.certificate);
  const has = current === undefined ? [] : hostsOf(current);
  const hosts = wantedHosts(options, has);
  const reason = whyIssue(current, key, sameHosts(hosts, has), clock);
  if (current !== undefined && reason === undefined) return { ...pairOf(path, current, false), hosts };
  const ca = {
    certificate: present(files.caCertificate, fileNames.caCertificate),
    key: present(files.caKey, fileNames.caKey),
  };
  const { certificate } = issueCertificate({ ca, hosts, usage: "server", validity: validFor(clock, serverDays), key });
  await publish(path, certificate);
  log.info({ path, hosts, reason }, "issued a server certificate");
  return { ...pairOf(path, new X509Certificate(certificate), true), hosts };
}

/** Hosts that the certificate shall name, given those that it names. */
function wantedHosts({ hosts, coverage }: EnsureOptions, has: readonly string[]): string[] {
  if (hosts === undefined) return [...(has.length === 0 ? localHosts : has)];
  const kept = coverage === "exactly" ? [] : has;
  return [...new Set([...kept, ...hosts.map(normaliseHost)])];
}

function whyIssue(
  current: X509Certificate | undefined,
  key: string,
  hostsMatch: boolean,
  clock: Clock,
): string | undefined {
  if (current === undefined) return "there was none";
  if (!current.checkPrivateKey(readKey(key, fileNames.key))) return "it was for another key";
  if (!hostsMatch) return "the hosts changed";
  if (!isFresh(current, clock)) return "its time is coming to an end";
  return undefined;
}

function sameHosts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((host) => b.includes(host));
}

function isFresh(certificate: X509Certificate, clock: Clock): boolean {
  const now = clock.now();
  return now >= certificate.validFromDate.getTime() && now < renewalOf(certificate);
}

function renewalOf({ validFromDate, validToDate }: X509Certificate): number {
  const from = validFromDate.getTime();
  return from + ((validToDate.getTime() - from) * 2) / 3;
}

function pairOf(path: string, certificate: X509Certificate, isNew: boolean): KeptPair {
  return { path, notAfterMs: certificate.validToDate.getTime(), renewAtMs: renewalOf(certificate), isNew };
}

function parse(pem: string | undefined): X509Certificate | undefined {
  return pem === undefined ? undefined : new X509Certificate(pem);
}

// it was published a moment ago; somebody who removes it meanwhile is told so
function present(text: string | undefined, name: string): string {
  if (text === undefined)
    throw new NativestorError("aborted", `${name} vanished while the certificates were made: try again`);
  return text;
}
