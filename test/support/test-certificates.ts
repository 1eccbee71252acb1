import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../../src/base/clock.ts";
import { createAuthority, issueCertificate, type KeyPair, validFor } from "../../src/certs/issue.ts";

const validity = validFor(systemClock, 30);

/** A new certificate authority. */
export function testAuthority(): KeyPair {
  return createAuthority({ validity });
}

/** A server certificate for 127.0.0.1 and localhost. */
export function serverPair(ca: KeyPair): KeyPair {
  return issueCertificate({ ca, hosts: ["127.0.0.1", "localhost"], usage: "server", validity });
}

export function clientPair(ca: KeyPair): KeyPair {
  return issueCertificate({ ca, hosts: [], usage: "client", validity });
}

/** A new folder of tls.crt, tls.key and ca.crt. */
export async function certificateFolder(ca: KeyPair, pair: KeyPair = serverPair(ca)): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-tls-"));
  await writeFile(join(folder, "ca.crt"), ca.certificate);
  await writePair(folder, pair);
  return folder;
}

export async function writePair(folder: string, pair: KeyPair): Promise<void> {
  await writeFile(join(folder, "tls.crt"), pair.certificate);
  await writeFile(join(folder, "tls.key"), pair.key);
}
