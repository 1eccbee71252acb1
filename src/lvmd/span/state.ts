import type { DeviceClass } from "../config/device-class.ts";
import type { ClassState, GroupState } from "../storage.ts";
import type { Member } from "./expand.ts";

/**
 * Room of a class of several volume groups: that of the group with the most, for a volume lies in one group. A sum would
 * promise volumes that no group can take.
 */
export function joinStates(
  { name, isDefault }: DeviceClass,
  members: readonly Member[],
  states: readonly ClassState[],
): ClassState {
  const own = members.flatMap(({ className, volumeGroup }) => {
    const state = states.find((entry) => entry.deviceClass === className);
    return state === undefined ? [] : [{ volumeGroup, state }];
  });
  const first = own[0]?.state;
  const best = own.reduce((best, { state }) => (best === undefined || isLarger(state, best) ? state : best), first);
  const base = { deviceClass: name, isDefault, groups: own.map(groupStateOf) };
  if (best === undefined)
    return { ...base, freeBytes: 0n, sizeBytes: 0n, groupFreeBytes: 0n, thinPool: undefined, health: noGroup };
  const { freeBytes, sizeBytes, groupFreeBytes, thinPool } = best;
  const ill = own.flatMap(({ volumeGroup, state }) =>
    state.health === undefined ? [] : [`${volumeGroup}: ${state.health}`],
  );
  const health = ill.length === 0 ? {} : { health: ill.join("; ") };
  return { ...base, freeBytes, sizeBytes, groupFreeBytes, thinPool, ...health };
}

const noGroup = "there is no volume group with its tag";

function isLarger(one: ClassState, other: ClassState): boolean {
  if (one.freeBytes !== other.freeBytes) return one.freeBytes > other.freeBytes;
  return one.sizeBytes > other.sizeBytes;
}

function groupStateOf({ volumeGroup, state }: { volumeGroup: string; state: ClassState }): GroupState {
  const { freeBytes, sizeBytes, health } = state;
  return { volumeGroup, freeBytes, sizeBytes, ...(health === undefined ? {} : { health }) };
}
