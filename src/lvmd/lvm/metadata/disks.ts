import type { MetadataCopy } from "./copy.ts";

/** How much of a disk is used, in extents. */
export interface DiskUse {
  readonly extents: number;
  readonly usedExtents: number;
  /** Lengths of the free runs, from the beginning of the disk on. */
  readonly freeRuns: readonly number[];
}

interface Area {
  readonly start: number;
  readonly extents: number;
}

/**
 * What is used of each disk, by the disk's identity. Undefined where a volume lies on disks in another way than in stripes
 * of equal length, as while pvmove runs.
 */
export function disksIn({ frame, volumes }: MetadataCopy): ReadonlyMap<string, DiskUse> | undefined {
  const areas = new Map<string, Area[]>();
  for (const text of volumes.values()) if (!collect(text, areas)) return undefined;
  const disks = frame.matchAll(/^\t\t(pv\d+) \{\n\t\t\tid = "([^"]+)"[\s\S]*?^\t\t\tpe_count = (\d+)/gm);
  return new Map(
    Array.from(disks, ([, name = "", uuid = "", count]) => [uuid, useOf(Number(count), areas.get(name) ?? [])]),
  );
}

/** Notes where the segments of a volume lie. @returns whether they are understood */
function collect(volume: string, areas: Map<string, Area[]>): boolean {
  for (const segment of volume.split(/^\t\t\tsegment\d+ \{$/m).slice(1)) {
    const places = Array.from(segment.matchAll(/"(pv\d+)", (\d+)/g), ([, disk = "", start]) => ({
      disk,
      start: Number(start),
    }));
    if (places.length === 0) continue;
    const extents = Number(/^\t\t\t\textent_count = (\d+)/m.exec(segment)?.[1]) / places.length;
    if (!/^\t\t\t\ttype = "striped"/m.test(segment) || !Number.isInteger(extents)) return false;
    for (const { disk, start } of places) {
      const known = areas.get(disk);
      if (known === undefined) areas.set(disk, [{ start, extents }]);
      else known.push({ start, extents });
    }
  }
  return true;
}

function useOf(extents: number, areas: readonly Area[]): DiskUse {
  const freeRuns: number[] = [];
  let at = 0;
  for (const area of areas.toSorted((one, other) => one.start - other.start)) {
    if (area.start > at) freeRuns.push(area.start - at);
    at = area.start + area.extents;
  }
  if (extents > at) freeRuns.push(extents - at);
  return { extents, usedExtents: extents - freeRuns.reduce((sum, run) => sum + run, 0), freeRuns };
}
