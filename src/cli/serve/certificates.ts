import { join } from "node:path";
import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { ensureCertificates } from "../../certs/ensure.ts";
import { fileNames, type FolderFiles, ownerOf, readFolder } from "../../certs/folder.ts";
import { localHosts } from "../../certs/hosts.ts";
import { keepCertificates } from "../../certs/keep.ts";
import type { ServeSettings } from "./settings.ts";

/** The authority that clients of this service trust. */
export interface Authority {
  readonly path: string;
  readonly pem: string;
}

/**
 * Sees to it that the service has certificates: those that are there, or, away from a cluster, new ones. Those that we
 * made are renewed while the service runs; the answer stops that.
 * @throws NativestorError `failed-precondition` when there are none to use
 */
export async function prepareCertificates(
  { certDir, source, listen }: Pick<ServeSettings, "certDir" | "source" | "listen">,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<{ authority: Authority | undefined; stop: () => void }> {
  const files = await readFolder(certDir);
  const owner = ownerOf(files);
  if (owner.by === "others") {
    log.debug({ folder: certDir, because: owner.because }, "the certificates are kept by somebody else");
    return { authority: authorityOf(certDir, files), stop: () => {} };
  }
  const alone = source.kind === "manifests";
  if (owner.by === "nobody" && !alone)
    throw new NativestorError(
      "failed-precondition",
      `there is no tls.crt in ${certDir}: mount a Secret there, or make one with \`nativestor certs --cert-dir ${certDir} --host SERVICE.NAMESPACE.svc\``,
    );
  const options = {
    folder: certDir,
    hosts: alone ? hostsFor(listen.host) : undefined,
    coverage: "and-more",
    clock,
    log,
  } as const;
  await ensureCertificates(options);
  return { authority: authorityOf(certDir, await readFolder(certDir)), stop: keepCertificates(options) };
}

function authorityOf(folder: string, { caCertificate }: FolderFiles): Authority | undefined {
  return caCertificate === undefined ? undefined : { path: join(folder, fileNames.caCertificate), pem: caCertificate };
}

// listening on every address, nobody knows by which one it will be called
function hostsFor(listenHost: string): string[] {
  return ["0.0.0.0", "::"].includes(listenHost) ? [...localHosts] : [...new Set([...localHosts, listenHost])];
}
