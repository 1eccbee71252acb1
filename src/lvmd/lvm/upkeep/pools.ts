import { messageOf, NativestorError } from "../../../base/errors.ts";
import type { DeviceClass, PoolCreation, PoolGrowth } from "../../config/device-class.ts";
import { planPool } from "../../thin/create.ts";
import { growthOf } from "../../thin/grow.ts";
import { createPool, extend, extendMetadata } from "../arguments.ts";
import { changeDurably } from "../durably.ts";
import { make, type Workshop } from "../make.ts";
import { type GroupReport, isPool, type VolumeReport } from "../report/group.ts";

/**
 * Makes the pool of a class where it is missing, and lets it grow where it has to. Runs in the group's queue.
 * @returns why it could not, as a sentence; undefined where there was nothing to do or it is done
 */
export async function tendPool(workshop: Workshop, { thinPool, spareBytes }: DeviceClass): Promise<string | undefined> {
  const group = workshop.keeper.known;
  if (thinPool === undefined || group === undefined) return undefined;
  const { name, create, grow } = thinPool;
  const pool = group.volumes.find((volume) => volume.name === name && isPool(volume));
  const room = { freeBytes: group.freeBytes - spareBytes, extentBytes: group.extentBytes };
  try {
    if (pool === undefined && create !== undefined) await makePool(workshop, group, name, create, room);
    if (pool !== undefined && grow !== undefined) return await growPool(workshop, pool, grow, room);
    return undefined;
  } catch (error) {
    const what = pool === undefined ? "is missing" : "cannot grow";
    return `thin pool ${group.name}/${name} ${what}: ${messageOf(error)}`;
  }
}

type Room = Parameters<typeof planPool>[1];

async function makePool(workshop: Workshop, group: GroupReport, name: string, creation: PoolCreation, room: Room) {
  const taken = group.volumes.find((volume) => volume.name === name);
  if (taken !== undefined) throw new NativestorError("already-exists", "a volume that is no pool has its name");
  const sizes = { ...planPool(creation, room), chunkBytes: creation.chunkBytes };
  await make(workshop, {
    name,
    creation: (mark) => createPool({ group: group.name, name, tags: [mark], ...sizes }),
    completion: () => undefined,
  });
}

async function growPool(
  workshop: Workshop,
  pool: VolumeReport,
  rule: PoolGrowth,
  room: Room,
): Promise<string | undefined> {
  const { keeper } = workshop;
  const { dataPercent, metadataPercent, metadataBytes } = pool;
  if (dataPercent === undefined || metadataPercent === undefined || metadataBytes === undefined) return undefined;
  const level = { dataBytes: pool.lvSizeBytes, metadataBytes, dataPercent, metadataPercent };
  const next = growthOf(rule, level, room);
  if (next === undefined) {
    const isHigh = dataPercent >= rule.dataPercent || metadataPercent >= rule.metadataPercent;
    const levels = `${dataPercent.toFixed(2)} % of its data and ${metadataPercent.toFixed(2)} % of its metadata are used`;
    return isHigh ? `thin pool ${keeper.name}/${pool.name} cannot grow any more, ${levels}` : undefined;
  }
  if (next.metadataBytes > level.metadataBytes)
    await changeDurably(workshop, pool.name, extendMetadata(keeper.name, pool.name, next.metadataBytes));
  if (next.dataBytes > level.dataBytes)
    await changeDurably(workshop, pool.name, extend(keeper.name, pool.name, next.dataBytes));
  return undefined;
}
