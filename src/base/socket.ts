import { chmod, chown, mkdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { NativestorError } from "./errors.ts";
import { groupId } from "./group-id.ts";

/** Longest path that Linux takes for a socket: sun_path of unix(7) without the closing NUL. */
const maxPathBytes = 107;

/** Who may connect to a socket: whoever may write to its file. */
export interface SocketAccess {
  /** Permissions of the file; 0o600 by default. */
  readonly mode?: number | undefined;
  /** Group that the file is given to, by name or number; that of the process by default. */
  readonly group?: string | undefined;
}

/** A socket that is in its place. */
export interface PlacedSocket {
  readonly path: string;
  /** Takes the file away, where it is still this socket and not that of a process that came after. */
  release(): Promise<void>;
}

/**
 * Listens on a unix socket, only for the same user unless `access` says otherwise, whatever was left at the path: `listen`
 * gets a name beside it, which is then put in place at once. A process that still listens there keeps its connections and
 * gets no new ones.
 * @throws NativestorError `invalid-argument` where the path is too long, `failed-precondition` where the group is unknown
 */
export async function placeSocket(
  path: string,
  listen: (path: string) => Promise<unknown>,
  { mode = 0o600, group }: SocketAccess = {},
): Promise<PlacedSocket> {
  const place = resolve(path);
  const draft = draftFor(place);
  const gid = group === undefined ? undefined : await groupId(group);
  await mkdir(dirname(place), { recursive: true });
  await rm(draft, { force: true });
  await listen(draft);
  if (gid !== undefined) await chown(draft, -1, gid);
  // after the owner, and before anyone can find the socket under its name
  await chmod(draft, mode);
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
