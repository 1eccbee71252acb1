import { NativestorError } from "../../base/errors.ts";
import type { MountEntry } from "../mount/mountinfo.ts";
import { checkPath } from "../rules/paths.ts";
import { quoted } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { isBlockOf, isFileSystemOf, mountAt } from "./published.ts";
import type { NodeVolume } from "./volumes.ts";

/** The mount of a volume at a path. @throws NativestorError `not-found` where something else is there, or nothing */
export async function requirePublished(
  { targets, mounts }: NodeDependencies,
  volume: NodeVolume,
  path: string,
): Promise<MountEntry> {
  // a relative path is nobody's, and so is what is thought to be there
  const place = path.startsWith("/") ? await targets.resolve(checkPath(path, "volume_path")) : undefined;
  const mount = place === undefined ? undefined : mountAt(await mounts.list(), place);
  if (mount !== undefined && (isFileSystemOf(mount, volume) || isBlockOf(mount, volume.id))) return mount;
  throw new NativestorError("not-found", `volume_path: volume ${volume.id} is not at ${quoted(path)}`);
}
