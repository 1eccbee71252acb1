import type { CheckReport } from "../check.ts";
import type { DeviceClass } from "../config/device-class.ts";
import type { EmulatedGroup } from "../config/model.ts";
import type { GroupFiles } from "./file.ts";

/** Looks for volumes that no class reaches. Half done is nothing here: a change is a file that is there or is not. */
export async function checkEmulated(
  groups: readonly EmulatedGroup[],
  classes: readonly DeviceClass[],
  files: GroupFiles,
): Promise<CheckReport> {
  const reported = [];
  for (const { name: volumeGroup } of groups) {
    const own = classes.filter((deviceClass) => deviceClass.volumeGroup === volumeGroup);
    const { volumes } = await files.load(volumeGroup);
    for (const { name, pool } of volumes.values())
      if (!own.some(({ thinPool }) => thinPool?.name === pool))
        reported.push({ volumeGroup, name, text: `no device class has ${pool ?? "thick volumes of this group"}` });
  }
  return { finished: [], removed: [], waiting: [], reported };
}
