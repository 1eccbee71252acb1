import { X509Certificate } from "node:crypto";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { fileNames, ownerOf, readFolder } from "./folder.ts";
import { localHosts, normaliseHost } from "./hosts.ts";
import { createAuthority, type KeyPair, validFor } from "./issue.ts";
import { ensureKey, ensureLeaf, type KeptLeaf } from "./leaf.ts";
import { isFresh, type KeptPair, pairOf } from "./life.ts";
import { publish } from "./publish.ts";

/** What a folder's certificates shall be. */
export interface EnsureOptions {
  /** Made with mode 0700 where it is not there. */
  readonly folder: string;
  /** Hosts of the server; undefined keeps those that are there, or takes the local ones. */
  readonly hosts: readonly string[] | undefined;
  /** `exactly` these hosts, or these `and-more` that the certificate already names. */
  readonly coverage: "exactly" | "and-more";
  /** Clients to have a certificate too, in files of their names. */
  readonly clients?: readonly string[];
  readonly clock: Clock;
  readonly log: Logger;
}

/** The folder after `ensureCertificates`. */
export interface KeptCertificates {
  readonly authority: KeptPair;
  readonly server: KeptLeaf;
  readonly clients: readonly KeptLeaf[];
}

const authorityDays = 3650;

/**
 * Makes a folder hold an authority (ca.crt, ca.key), a server's certificate (tls.crt, tls.key) and those of clients, all
 * with mode 0600. A key is made where none is there and never replaced; a certificate is replaced in one step, for the
 * same key. So a reader never sees two files that do not belong together, two processes may do this at once, and a crash
 * leaves a folder that the next call completes.
 * @throws NativestorError `failed-precondition` when somebody else's files are there; they stay as they are
 */
export async function ensureCertificates(options: EnsureOptions): Promise<KeptCertificates> {
  const { folder, clients = [], clock, log } = options;
  for (const client of clients) checkClientName(client);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await refuseForeign(folder);
  const { ca, kept: authority } = await ensureAuthority(options);
  const common = { folder, ca, clock, log };
  const server = await ensureLeaf({
    ...common,
    base: "tls",
    usage: "server",
    commonName: "nativestor",
    hosts: (has) => wantedHosts(options, has),
  });
  const kept: KeptLeaf[] = [];
  for (const client of clients)
    kept.push(await ensureLeaf({ ...common, base: client, usage: "client", commonName: client, hosts: () => [] }));
  return { authority, server, clients: kept };
}

async function refuseForeign(folder: string): Promise<void> {
  const owner = ownerOf(await readFolder(folder));
  if (owner.by !== "others") return;
  throw new NativestorError(
    "failed-precondition",
    `the certificates in ${folder} were not made by nativestor and stay as they are: ${owner.because}; choose another folder with --cert-dir`,
  );
}

async function ensureAuthority({ folder, clock, log }: EnsureOptions): Promise<{ ca: KeyPair; kept: KeptPair }> {
  const key = await ensureKey(join(folder, fileNames.caKey));
  const path = join(folder, fileNames.caCertificate);
  const { caCertificate } = await readFolder(folder);
  const current = caCertificate === undefined ? undefined : new X509Certificate(caCertificate);
  if (current !== undefined && isFresh(current, clock))
    return { ca: { certificate: current.toString(), key }, kept: pairOf(path, current, false) };
  const ca = createAuthority({ key, validity: validFor(clock, authorityDays) });
  await publish(path, ca.certificate);
  log.info({ path }, current === undefined ? "made a certificate authority" : "renewed the certificate authority");
  return { ca, kept: pairOf(path, new X509Certificate(ca.certificate), true) };
}

/** Hosts that the certificate shall name, given those that it names. */
function wantedHosts({ hosts, coverage }: EnsureOptions, has: readonly string[] = []): string[] {
  if (hosts === undefined) return [...(has.length === 0 ? localHosts : has)];
  const kept = coverage === "exactly" ? [] : has;
  return [...new Set([...kept, ...hosts.map(normaliseHost)])];
}

function checkClientName(name: string): void {
  if (/^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/.test(name) && !["ca", "tls"].includes(name)) return;
  throw new NativestorError(
    "invalid-argument",
    `${JSON.stringify(name)} is no name for a client: write up to 63 small letters, digits, "-" and ".", and neither ca nor tls`,
  );
}
