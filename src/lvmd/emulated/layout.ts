import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";
import type { EmulatedGroup } from "../config/model.ts";
import { bytesOf, extentsWithin } from "./extents.ts";
import type { Content } from "./file.ts";
import { freeExtents, type Group, type Pool } from "./group.ts";
import { givenPool, makePools } from "./pools.ts";

/**
 * A group as it is at the start: its size and pools from the configuration, its volumes and grown pools from before.
 * @throws NativestorError `failed-precondition` where they do not fit
 */
export function layOut(
  entry: EmulatedGroup,
  classes: readonly DeviceClass[],
  { volumes, pools }: Content,
  useOf: Group["useOf"],
): Group {
  const own = classes.filter((deviceClass) => deviceClass.volumeGroup === entry.name);
  const extents = extentsWithin(entry.sizeBytes);
  const all = new Map([...givenPools(entry, extents, own, pools), ...pools]);
  const group = { name: entry.name, extents, pools: all, volumes, problems: new Map(), useOf };
  const free = freeExtents(group);
  if (free < 0)
    throw new NativestorError(
      "failed-precondition",
      `volume group ${entry.name}: its volumes and thin pools take ${bytesOf(extents - free)} bytes, it has ${bytesOf(extents)}`,
    );
  return makePools(group, own);
}

// real pools exist before the daemon; here those without a size get an even share, the thick class counting as one
function givenPools(
  entry: EmulatedGroup,
  extents: number,
  own: readonly DeviceClass[],
  remembered: ReadonlyMap<string, Pool>,
): Map<string, Pool> {
  const pools = new Map((entry.thinPools ?? []).map((pool) => [pool.name, givenPool(extentsWithin(pool.sizeBytes))]));
  const unsized = own.flatMap(({ thinPool }) =>
    thinPool === undefined || thinPool.create !== undefined || pools.has(thinPool.name) ? [] : thinPool.name,
  );
  const shares = unsized.length + (own.some(({ thinPool }) => thinPool === undefined) ? 1 : 0);
  let left = extents;
  for (const [name, pool] of pools) left -= (remembered.get(name) ?? pool).extents;
  for (const name of unsized) pools.set(name, givenPool(Math.max(0, Math.floor(left / shares))));
  return pools;
}
