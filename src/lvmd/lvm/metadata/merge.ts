import { type GroupReport, isUsable } from "../report/group.ts";
import type { PartReport } from "../report/parse.ts";
import { type MetadataCopy, visibleIn } from "./copy.ts";
import { disksIn } from "./disks.ts";

/**
 * What a report of the whole group would tell: what was known, with the volumes that were read anew, and the rest as the
 * copy of the metadata has it. Undefined where these do not fit together, which only a whole report can clear up.
 */
export function mergedReport(known: GroupReport, copy: MetadataCopy, part: PartReport): GroupReport | undefined {
  const { figures } = part;
  if (figures.uuid !== known.uuid || figures.missingDisks !== known.missingDisks) return undefined;
  if (copy.uuid !== figures.uuid || copy.sequence !== figures.sequence) return undefined;
  const volumes = volumesIn(known, copy, part);
  const uses = disksIn(copy);
  if (volumes === undefined || uses === undefined) return undefined;
  const disks = known.disks.flatMap((disk) => {
    const use = uses.get(disk.uuid);
    return use === undefined ? [] : { disk: { ...disk, extents: use.extents, usedExtents: use.usedExtents }, use };
  });
  if (disks.length !== known.disks.length || uses.size !== disks.length) return undefined;
  const freeExtents = disks.reduce((sum, { use }) => sum + use.extents - use.usedExtents, 0);
  if (BigInt(freeExtents) * figures.extentBytes !== figures.freeBytes) return undefined;
  const freeRuns = disks
    .filter(({ disk }) => isUsable(disk))
    .flatMap(({ disk, use }) => use.freeRuns.map((extents) => ({ disk: disk.path, extents })));
  return { ...figures, disks: disks.map(({ disk }) => disk), volumes, freeRuns };
}

/** In the order of a report. */
function volumesIn(known: GroupReport, copy: MetadataCopy, part: PartReport): GroupReport["volumes"] | undefined {
  const found = new Map([...known.volumes, ...part.volumes].map((volume) => [volume.name, volume]));
  const names = [...visibleIn(copy)].sort();
  const volumes = names.flatMap((name) => found.get(name) ?? []);
  return volumes.length === names.length ? volumes : undefined;
}

/** The copy is that of this report, and tells of the same volumes: what changes in it from now on can be merged. */
export function isCopyOf(copy: MetadataCopy, group: GroupReport): boolean {
  if (copy.uuid !== group.uuid || copy.sequence !== group.sequence) return false;
  const visible = visibleIn(copy);
  return visible.size === group.volumes.length && group.volumes.every(({ name }) => visible.has(name));
}
