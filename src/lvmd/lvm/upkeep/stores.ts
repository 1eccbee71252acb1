import { messageOf } from "../../../base/errors.ts";
import type { Logger } from "../../../base/log.ts";
import type { DeviceClass, StoreGrowth } from "../../config/device-class.ts";
import { ceilTo, floorTo, shareOf } from "../../multiples.ts";
import { fullStoreBytes } from "../../snapshot-store.ts";
import { extend } from "../arguments.ts";
import { changeDurably } from "../durably.ts";
import type { Workshop } from "../make.ts";
import { deviceBytes, type GroupReport, isCopyOnWrite, type VolumeReport } from "../report/group.ts";

/** Lets the room of thick snapshots for changes grow where it fills. Runs in the group's queue. */
export async function tendStores(workshop: Workshop, deviceClass: DeviceClass, log: Logger): Promise<void> {
  const { snapshotGrow, spareBytes } = deviceClass;
  if (snapshotGrow === undefined || deviceClass.thinPool !== undefined) return;
  for (const { name } of workshop.keeper.known?.volumes.filter(isCopyOnWrite) ?? []) {
    // the ones before have taken room
    const group = workshop.keeper.known;
    const volume = group?.volumes.find((entry) => entry.name === name);
    const bytes = group && volume && largerStore(group, volume, snapshotGrow, spareBytes);
    if (group === undefined || bytes === undefined) continue;
    const about = { group: group.name, volume: name, percent: volume?.dataPercent, bytes: String(bytes) };
    try {
      await changeDurably(workshop, name, extend(group.name, name, bytes));
      log.info(about, "gave a snapshot more room for changes");
    } catch (error) {
      log.error({ ...about, error: messageOf(error) }, "a snapshot fills and cannot be given more room for changes");
    }
  }
}

/** Bytes that a snapshot's store grows to now; undefined where it stays: it is not that full, can take no more, or nothing is free. */
export function largerStore(
  { extentBytes, freeBytes }: Pick<GroupReport, "extentBytes" | "freeBytes">,
  volume: VolumeReport,
  rule: StoreGrowth,
  spareBytes: bigint,
): bigint | undefined {
  const { dataPercent, attributes, lvSizeBytes } = volume;
  if (dataPercent === undefined || dataPercent < rule.percent || attributes.state !== "active") return undefined;
  const wanted = "bytes" in rule.by ? rule.by.bytes : shareOf(lvSizeBytes, rule.by.percent);
  const step = wanted <= extentBytes ? extentBytes : ceilTo(wanted, extentBytes);
  const most = [
    fullStoreBytes(deviceBytes(volume), extentBytes),
    lvSizeBytes + floorTo(freeBytes - spareBytes, extentBytes),
  ];
  const next = most.reduce((least, value) => (value < least ? value : least), lvSizeBytes + step);
  return next > lvSizeBytes ? next : undefined;
}
