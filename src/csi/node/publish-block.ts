import { refuse } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import type { Publication } from "./publication.ts";
import { isBlockOf, mountAt } from "./published.ts";

/** Shows a raw device: the plugin's node of it is bound to a file at the target. */
export async function publishBlock(dependencies: NodeDependencies, publication: Publication): Promise<void> {
  const { devices, mounts, targets } = dependencies;
  const { volume, target } = publication;
  const present = mountAt(publication.mounts, target);
  if (present !== undefined && !isBlockOf(present, volume.id))
    refuse("target_path", `is a mount of ${present.source} already`, "already-exists");
  if (present !== undefined) return;
  const device = await devices.place(volume.id, volume.devMajor, volume.devMinor);
  // a device's node from before the last start of the machine may be another device's now
  if ((await targets.kind(target)) === "block-device") await targets.removeFile(target);
  await targets.makeFile(target);
  await mounts.bind(device, target);
}
