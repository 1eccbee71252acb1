import type { Clock } from "../../base/clock.ts";
import { isInternal } from "../names.ts";
import { isCopying } from "./copies.ts";
import type { HostGroup } from "./host-group.ts";
import { isCopyOnWrite, isPool, isSyncing, type VolumeReport } from "./report/group.ts";

/** A group that could not be read, in which something fills or is brought in sync, or of which a rest is still there, is looked at more often. */
const soonMs = 10_000;
/** Fill level from which on a pool or a snapshot's room is looked at more often. */
const watchfulPercent = 50;

/** Looks at groups one after the other turn, where no event told of a change. The answer ends it. */
export function sweepGroups(groups: readonly HostGroup[], clock: Clock, everyMs: number): () => void {
  let cancel = () => {};
  let ended = false;
  const plan = () => {
    cancel = clock.after(groups.some(isPressing) ? Math.min(everyMs, soonMs) : everyMs, () => void sweep());
  };
  const sweep = async () => {
    await Promise.all(groups.map((group) => group.look()));
    if (!ended) plan();
  };
  plan();
  return () => {
    ended = true;
    cancel();
  };
}

function isPressing(host: HostGroup): boolean {
  const { group } = host.sight();
  if (group === undefined) return true;
  return group.volumes.some((volume) => isRest(volume) || isFilling(volume) || isSyncing(volume));
}

// what has not gone by itself, as an lvm was killed, goes with a look
function isRest(volume: VolumeReport): boolean {
  return isInternal(volume.name) || isCopying(volume);
}

function isFilling(volume: VolumeReport): boolean {
  return (isPool(volume) || isCopyOnWrite(volume)) && (volume.dataPercent ?? 0) >= watchfulPercent;
}
