import { chmod, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NativestorError } from "../base/errors.ts";

/** Longest path that Linux takes for a socket: sun_path of unix(7) without the closing NUL. */
const maxPathBytes = 107;

/** A socket that is in its place. */
export interface PlacedSocket {
  readonly path: string;
  /** Takes the file away, where it is still this socket and not that of a process that came after. */
  release(): Promise<void>;
}

/**
 * Listens on a unix socket, only for the same user, whatever was left at the path: `listen` gets a name beside it, which
 * is then put in place at once. A process that still listens there keeps its connections and gets no new ones.
 * @throws NativestorError `invalid-argument` where the path is too long
 */
export async function placeSocket(path: string, listen: (path: string) => Promise<unknown>): Promise<PlacedSocket> {
  const place = resolve(path);
  const draft = draftFor(place);
  await mkdir(dirname(place), { recursive: true });
  await rm(draft, { force: true });
  await listen(draft);
  await chmod(draft, 0o600);
  const own = await stat(draft, { bigint: true });
  await rename(draft, place);
  return {
    path: place,
    release: async () => {
      const now = await stat(place, { bigint: true }).catch(() => undefined);
      if (now?.ino === own.ino && now.dev === own.dev) await rm(place, { force: true });
    },
  };
}

// the descriptive name where it is short enough, else the shortest one
function draftFor(place: string): string {
  const names = [`.${basename(place)}.${process.pid}`, `.${process.pid.toString(36)}`];
  const draft = names.map((name) => join(dirname(place), name)).find((name) => Buffer.byteLength(name) <= maxPathBytes);
  if (draft !== undefined && Buffer.byteLength(place) <= maxPathBytes) return draft;
  throw new NativestorError(
    "invalid-argument",
    `the socket's path is ${Buffer.byteLength(place)} bytes long, at most ${maxPathBytes} are possible: ${place}`,
  );
}
