import type { Demand } from "../demand.ts";
import type { VolumeTrace } from "./facts.ts";
import type { Bounds, EndReason, Hold, HoldKind } from "./hold.ts";
import type { Totals } from "./totals.ts";

/** Room that somebody was given for a volume, and whose trace is not seen yet. */
export interface Expectation {
  readonly name: string;
  readonly node: string;
  readonly deviceClass: string;
  /** Held until then; may be nothing. */
  readonly bytes: bigint;
  readonly wantedBytes: bigint;
  readonly isNew: boolean;
  /** Of a volume of the same name that was known before, and whose end may not have been seen. */
  readonly formerUid: string | undefined;
}

/** Promises between a grant and the volume that it was for. */
export interface Expected {
  begin(expectation: Expectation, nowMs: number): void;
  /** The same is asked for again: what was given before is taken back. */
  askedAgain(wish: Pick<Expectation, "name" | "isNew" | "wantedBytes">): void;
  /** @param volume as it is now; undefined where it is gone */
  volume(name: string, volume: VolumeTrace | undefined): void;
  /** Ends what is due. While the cluster cannot be followed nothing is. */
  sweep(nowMs: number, isFollowing: boolean): void;
  holds(): Iterable<Hold>;
}

interface Open extends Expectation {
  readonly sinceMs: number;
  dueAtMs: number;
}

/** @param ended told of each that ended, and why */
export function createExpected(
  totals: Totals,
  { grantedMs }: Bounds,
  ended: (kind: HoldKind, reason: EndReason) => void,
): Expected {
  const open = new Map<string, Open>();

  function end(one: Open, reason: EndReason): void {
    open.delete(keyOf(one));
    if (one.bytes > 0n) totals.add(one.node, one.deviceClass, -one.bytes);
    ended("in-flight", reason);
  }

  return {
    begin: (expectation, nowMs) => {
      const { node, deviceClass, bytes } = expectation;
      open.set(keyOf(expectation), { ...expectation, sinceMs: nowMs, dueAtMs: nowMs + grantedMs });
      if (bytes > 0n) totals.add(node, deviceClass, bytes);
    },
    askedAgain: (wish) => {
      const one = open.get(keyOf(wish));
      if (one !== undefined) end(one, "asked-again");
    },
    volume: (name, volume) => {
      for (const one of open.values()) if (one.name === name && isSeen(one, volume)) end(one, "chosen");
    },
    sweep: (nowMs, isFollowing) => {
      for (const one of open.values()) {
        if (!isFollowing) one.dueAtMs = nowMs + grantedMs;
        if (nowMs >= one.dueAtMs) end(one, "bound");
      }
    },
    *holds() {
      for (const { name, node, deviceClass, bytes, sinceMs } of open.values())
        if (bytes > 0n)
          yield { kind: "in-flight", owner: `volume ${name}`, node, deviceClass, bytes, sinceMs, endsByTime: true };
    },
  };
}

// a volume may grow, and grow again, before we see that it was made: each is a promise of its own
function keyOf({ name, isNew, wantedBytes }: Pick<Expectation, "name" | "isNew" | "wantedBytes">): string {
  return isNew ? name : `${name} ${wantedBytes}`;
}

/** The volume is told of with what was wished for, and holds its room itself; or it is gone, and cannot grow. */
function isSeen({ isNew, formerUid, wantedBytes }: Expectation, volume: VolumeTrace | undefined): boolean {
  if (isNew) return volume !== undefined && volume.uid !== formerUid;
  return volume === undefined || (!volume.hasFailed && volume.wantedBytes >= wantedBytes);
}

/** What of a demand is held at the end of a grant, by class. */
export function restOf(demand: Demand, own: Demand | undefined, deviceClass: string): bigint {
  const rest = (demand.get(deviceClass) ?? 0n) - (own?.get(deviceClass) ?? 0n);
  return rest > 0n ? rest : 0n;
}
