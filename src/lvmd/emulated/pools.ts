import { messageOf } from "../../base/errors.ts";
import type { DeviceClass, PoolCreation } from "../config/device-class.ts";
import { planPool } from "../thin/create.ts";
import { growthOf } from "../thin/grow.ts";
import { metadataBytesFor } from "../thin/metadata.ts";
import { bytesOf, extentBytes, extentsFor } from "./extents.ts";
import { freeExtents, type Group, levelOf, type Pool } from "./group.ts";

/** A pool that was there before the daemon: only its data counts. */
export function givenPool(extents: number): Pool {
  const metadataExtents = extentsFor(metadataBytesFor(bytesOf(extents), undefined, extentBytes));
  return { extents, metadataExtents, takenExtents: extents, isGiven: true };
}

/** The group with the pools that its classes want made; why one cannot be is among its problems. */
export function makePools(group: Group, classes: readonly DeviceClass[]): Group {
  return classes.reduce((group, { thinPool, spareBytes }) => {
    if (thinPool?.create === undefined || group.pools.has(thinPool.name)) return group;
    return makePool(group, thinPool.name, thinPool.create, spareBytes);
  }, group);
}

function makePool(group: Group, name: string, creation: PoolCreation, spareBytes: bigint): Group {
  try {
    const sizes = planPool(creation, { freeBytes: bytesOf(freeExtents(group)) - spareBytes, extentBytes });
    const [extents, metadataExtents] = [extentsFor(sizes.dataBytes), extentsFor(sizes.metadataBytes)];
    const pool = { extents, metadataExtents, takenExtents: extents + 2 * metadataExtents, isGiven: false };
    return { ...group, pools: new Map(group.pools).set(name, pool) };
  } catch (error) {
    return {
      ...group,
      problems: new Map(group.problems).set(name, `thin pool ${name} is missing: ${messageOf(error)}`),
    };
  }
}

/** The group with its pools grown as far as they have to; the same object where none has to. */
export function growPools(group: Group, classes: readonly DeviceClass[]): Group {
  return classes.reduce((group, { thinPool, spareBytes }) => {
    const pool = group.pools.get(thinPool?.name ?? "");
    if (thinPool?.grow === undefined || pool === undefined) return group;
    const sizes = { dataBytes: bytesOf(pool.extents), metadataBytes: bytesOf(pool.metadataExtents) };
    const room = { freeBytes: bytesOf(freeExtents(group)) - spareBytes, extentBytes };
    const grown = growthOf(thinPool.grow, { ...sizes, ...levelOf(group, thinPool.name) }, room);
    if (grown === undefined) return group;
    const [extents, metadataExtents] = [extentsFor(grown.dataBytes), extentsFor(grown.metadataBytes)];
    const more = extents - pool.extents + 2 * (metadataExtents - pool.metadataExtents);
    const larger = { extents, metadataExtents, takenExtents: pool.takenExtents + more, isGiven: false };
    return { ...group, pools: new Map(group.pools).set(thinPool.name, larger) };
  }, group);
}
