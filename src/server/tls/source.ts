import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { watchFolder } from "../../base/watch-folder.ts";
import { readMaterial, type TlsMaterial } from "./material.ts";

/** Where the server's certificate comes from, and goes on coming from. */
export interface TlsSource {
  /** For people, such as the folder. */
  readonly name: string;
  /** To begin with. */
  readonly first: TlsMaterial;
  /** Tells of what it finds later, also where that is what is known; the answer stops it. */
  follow(listener: TlsListener): () => void;
}

export interface TlsListener {
  /** @param startMs monotonic time at which the change was noticed */
  found(material: TlsMaterial, startMs: number): void;
  /** What is there cannot be used. */
  failed(message: string): void;
}

/** Long enough for the writer of both files; looked at by itself seldom, as certificates change seldom. */
const times = { settleMs: 100, pollMs: 30_000 };

/**
 * A folder of tls.crt, tls.key and, for client certificates, ca.crt.
 * @throws NativestorError `failed-precondition` where it cannot be used at the beginning
 */
export async function folderSource(
  folder: string,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<TlsSource> {
  return {
    name: folder,
    first: await readMaterial(folder),
    follow: (listener) =>
      watchFolder(folder, { clock, log, ...times }, async () => {
        const startMs = clock.monotonic();
        try {
          listener.found(await readMaterial(folder), startMs);
        } catch (error) {
          listener.failed(messageOf(error));
        }
      }),
  };
}
