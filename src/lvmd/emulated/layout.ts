import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass, EmulatedGroup } from "../config/model.ts";
import { bytesOf, extentsWithin } from "./extents.ts";
import { freeExtents, type Group, type StoredVolume } from "./group.ts";

/**
 * A group as it is at the start: its size and pools from the configuration, its volumes from before.
 * @throws NativestorError `failed-precondition` where they do not fit
 */
export function layOut(
  entry: EmulatedGroup,
  classes: readonly DeviceClass[],
  volumes: ReadonlyMap<string, StoredVolume>,
): Group {
  const extents = extentsWithin(entry.sizeBytes);
  const group = { name: entry.name, extents, pools: poolsOf(entry, extents, classes), volumes };
  const free = freeExtents(group);
  if (free < 0)
    throw new NativestorError(
      "failed-precondition",
      `volume group ${entry.name}: its volumes and thin pools take ${bytesOf(extents - free)} bytes, it has ${bytesOf(extents)}`,
    );
  return group;
}

// real pools exist before the daemon; here those without a size get an even share, the thick class counting as one
function poolsOf(entry: EmulatedGroup, extents: number, classes: readonly DeviceClass[]): Map<string, number> {
  const own = classes.filter((deviceClass) => deviceClass.volumeGroup === entry.name);
  const pools = new Map((entry.thinPools ?? []).map((pool) => [pool.name, extentsWithin(pool.sizeBytes)]));
  const unsized = own.flatMap(({ thinPool }) =>
    thinPool === undefined || pools.has(thinPool.name) ? [] : thinPool.name,
  );
  const shares = unsized.length + (own.some(({ thinPool }) => thinPool === undefined) ? 1 : 0);
  const left = extents - [...pools.values()].reduce((sum, pool) => sum + pool, 0);
  for (const name of unsized) pools.set(name, Math.max(0, Math.floor(left / shares)));
  return pools;
}
