import { messageOf } from "../base/errors.ts";
import { ensureCertificates, type EnsureOptions } from "./ensure.ts";

/** How often a running service looks whether its certificates want renewing. They have months left then. */
const checkEveryMs = 3_600_000;

/** Renews the certificates of a folder while the process runs; the answer stops that. The server notices the new file by itself. */
export function keepCertificates(options: EnsureOptions): () => void {
  const { clock, log, folder } = options;
  let cancel = clock.after(checkEveryMs, check);
  let stopped = false;

  function check(): void {
    ensureCertificates(options)
      .catch((error: unknown) => log.error({ folder, error: messageOf(error) }, "cannot renew the certificates"))
      .finally(() => {
        if (!stopped) cancel = clock.after(checkEveryMs, check);
      });
  }

  return () => {
    stopped = true;
    cancel();
  };
}
