import type { FreeRun } from "../report/group.ts";
import type { Layout } from "./layout.ts";

/**
 * Extents of data that one new volume of the layout can have, found the way lvcreate finds them: round by round it takes
 * the longest free run of each disk, the disks with the longest ones first, one disk per image, and as much of each as the
 * shortest of them has; RAID metadata lies in the first round. What no longer finds enough disks stays unused.
 * (Seen in LVM 2.03; the guest suite compares it with what lvcreate takes.)
 */
export function allocatableExtents(free: readonly FreeRun[], layout: Layout): number {
  if (layout.images < 1) return 0;
  if (layout.images === 1) return sum(free.map((run) => run.extents));
  const disks = [...Map.groupBy(free, (run) => run.disk).values()].map((runs) => runs.map((run) => run.extents));
  let perImage = 0;
  let metadata = layout.metadata ? 1 : 0;
  for (;;) {
    const chosen = disks
      .map((runs) => ({ runs, length: Math.max(0, ...runs) }))
      .sort((a, b) => b.length - a.length)
      .slice(0, layout.images);
    const shortest = chosen.length < layout.images ? 0 : (chosen.at(-1)?.length ?? 0);
    if (shortest <= metadata) return perImage * layout.dataImages;
    for (const { runs, length } of chosen) runs.splice(runs.indexOf(length), 1, length - shortest);
    perImage += shortest - metadata;
    metadata = 0;
  }
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
