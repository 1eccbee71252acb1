import type { RoomByClass } from "../supply.ts";
import { type ClaimTrace, promiseKeyOf, type VolumeTrace } from "./facts.ts";
import type { Bounds, EndReason, Hold, HoldKind } from "./hold.ts";
import { createIndex } from "./index-by-node.ts";
import { tells } from "./outstanding.ts";
import { holdsOf, type Promised, withClaim, withVolume } from "./promise.ts";
import { awaitedBytes, settle, settlesAtMs, settlingOf } from "./settling.ts";
import type { Totals } from "./totals.ts";

/** What is promised and visible to everybody: claims that name a node, volumes that no figures contain. */
export interface Promises {
  /**
   * @param claim undefined where it is gone
   * @param volumeMs how long its volume is waited for, where it ends before one was seen
   * @param isAwaited see `withClaim`
   */
  claim(uid: string, claim: ClaimTrace | undefined, nowMs: number, volumeMs: number, isAwaited: boolean): void;
  /** @param volume undefined where it is gone */
  volume(name: string, volume: VolumeTrace | undefined, nowMs: number): void;
  figures(node: string, generation: number | undefined, freeBytes: RoomByClass, nowMs: number): void;
  /** Ends what is due; not for a cluster that cannot be followed: volumes and figures may be there that nobody can see. */
  sweep(nowMs: number): void;
  /** Where the bytes of a claim (`NAMESPACE/NAME`) stand already: held there, or in the figures; undefined where nowhere. */
  nodeOf(claimKey: string): string | undefined;
  /** The volume of this name, as last seen. */
  volumeOf(name: string): VolumeTrace | undefined;
  /** What is held for the claim of the volume of this name, for want of the volume. */
  placedFor(volumeName: string): readonly Hold[];
  holds(): Iterable<Hold>;
}

interface Entry extends Promised {
  readonly holds: readonly Hold[];
}

const nothing: Entry = { claim: undefined, volume: undefined, claimUntilMs: undefined, settling: undefined, holds: [] };

/** @param ended told of each hold that ended by its bound */
export function createPromises(
  totals: Totals,
  bounds: Bounds,
  ended: (kind: HoldKind, reason: EndReason) => void,
): Promises {
  /** By what a claim and its volume have in common. */
  const entries = new Map<string, Entry>();
  const figures = new Map<string, { readonly generation: number | undefined; readonly freeBytes: RoomByClass }>();
  const byNode = createIndex();
  /** Keys of entries by the claim's `NAMESPACE/NAME`. */
  const byClaim = new Map<string, string>();
  /** Keys of entries that wait for a time, and the first of those times. */
  const waiting = new Set<string>();
  let dueMs = Infinity;

  function entryOf(key: string): Entry {
    return entries.get(key) ?? nothing;
  }

  function generationFor({ volume }: Promised): number | undefined {
    return volume === undefined ? undefined : figures.get(volume.node)?.generation;
  }

  function put(key: string, promised: Promised, nowMs: number): void {
    const before = entryOf(key).holds;
    const wanted = holdsOf(promised, generationFor(promised));
    const holds = wanted.map((hold) => ({ ...hold, sinceMs: sinceOf(before, hold) ?? nowMs }));
    // first what is new, so that the sum never falls below what is promised
    for (const { node, deviceClass, bytes } of holds) totals.add(node, deviceClass, bytes);
    for (const { node, deviceClass, bytes } of before) totals.add(node, deviceClass, -bytes);
    for (const { node } of before) byNode.leave(node, key);
    for (const { node } of holds) byNode.enter(node, key);
    const former = entryOf(key).claim?.key;
    if (former !== undefined && byClaim.get(former) === key) byClaim.delete(former);
    // one that is gone has left its name to others
    if (promised.claim !== undefined && promised.claimUntilMs === undefined) byClaim.set(promised.claim.key, key);
    if (promised.volume === undefined && promised.claim === undefined) entries.delete(key);
    else entries.set(key, { ...promised, holds });
    wait(key, promised);
  }

  function wait(key: string, promised: Promised): void {
    const due = dueOf(promised, generationFor(promised));
    if (due === undefined) waiting.delete(key);
    else waiting.add(key);
    if (due !== undefined && due < dueMs) dueMs = due;
  }

  function settled(promised: Promised, nowMs: number): Promised {
    const { volume } = promised;
    if (volume === undefined) return promised;
    const before = settlingOf(volume, promised.settling, nowMs, bounds.settleMs);
    const { settling, isBound } = settle(before, nowMs);
    if (isBound && !tells(volume, generationFor(promised))) ended("volume", "bound");
    return { ...promised, settling };
  }

  // figures that fell by so much contain that much of what is awaited, oldest first
  function credit(node: string, before: RoomByClass, after: RoomByClass): void {
    const fallen = new Map([...before].map(([name, free]) => [name, free - (after.get(name) ?? 0n)]));
    for (const key of byNode.keysOn(node)) {
      const entry = entryOf(key);
      const { volume, settling } = entry;
      if (volume === undefined || settling === undefined || volume.node !== node) continue;
      const left = fallen.get(volume.deviceClass) ?? 0n;
      const awaited = awaitedBytes(settling, volume.wantedBytes);
      const taken = left < awaited ? left : awaited;
      if (taken <= 0n) continue;
      fallen.set(volume.deviceClass, left - taken);
      entries.set(key, { ...entry, settling: { ...settling, creditedBytes: settling.creditedBytes + taken } });
    }
  }

  return {
    claim: (uid, claim, nowMs, volumeMs, isAwaited) =>
      put(uid, withClaim(entryOf(uid), claim, nowMs + volumeMs, isAwaited), nowMs),
    volume: (name, volume, nowMs) => {
      const key = promiseKeyOf(name);
      put(key, settled(withVolume(entryOf(key), volume), nowMs), nowMs);
    },
    figures: (node, generation, freeBytes, nowMs) => {
      const before = figures.get(node);
      figures.set(node, { generation, freeBytes });
      if (before !== undefined) credit(node, before.freeBytes, freeBytes);
      // what is put moves to the end of the index
      const touched = [...byNode.keysOn(node)];
      for (const key of touched) put(key, settled(entryOf(key), nowMs), nowMs);
    },
    sweep: (nowMs) => {
      if (nowMs < dueMs) return;
      dueMs = Infinity;
      for (const key of waiting) {
        const entry = entryOf(key);
        const at = dueOf(entry, generationFor(entry)) ?? Infinity;
        if (at > nowMs) {
          dueMs = Math.min(dueMs, at);
          continue;
        }
        const isDue = entry.claimUntilMs !== undefined && entry.claimUntilMs <= nowMs;
        if (isDue) ended("placed", "bound");
        put(key, settled({ ...entry, ...(isDue && { claim: undefined, claimUntilMs: undefined }) }, nowMs), nowMs);
      }
    },
    nodeOf: (claimKey) => {
      const { claim, volume, claimUntilMs } = entryOf(byClaim.get(claimKey) ?? "");
      // a claim of that name that is gone is another one
      if (claimUntilMs !== undefined) return undefined;
      if (volume !== undefined && isCoveredBy(volume)) return volume.node;
      return claim?.node;
    },
    volumeOf: (name) => {
      const { volume } = entryOf(promiseKeyOf(name));
      return volume?.name === name ? volume : undefined;
    },
    placedFor: (name) => entryOf(promiseKeyOf(name)).holds.filter(({ kind }) => kind === "placed"),
    *holds() {
      for (const { holds } of entries.values()) yield* holds;
    },
  };
}

function isCoveredBy({ currentBytes, hasFailed }: NonNullable<Promised["volume"]>): boolean {
  return currentBytes !== undefined || !hasFailed;
}

function dueOf({ claimUntilMs, settling, volume }: Promised, generation: number | undefined): number | undefined {
  if (volume === undefined || settling === undefined || tells(volume, generation)) return claimUntilMs;
  const settlesMs = settlesAtMs(settling);
  return settlesMs === undefined ? claimUntilMs : Math.min(settlesMs, claimUntilMs ?? Infinity);
}

function sinceOf(holds: readonly Hold[], { kind, node, deviceClass }: Omit<Hold, "sinceMs">): number | undefined {
  return holds.find((hold) => hold.kind === kind && hold.node === node && hold.deviceClass === deviceClass)?.sinceMs;
}
