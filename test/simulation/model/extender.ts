import { type DemandPart, effectiveDemand } from "../../../src/capacity/demand.ts";
import { type Nodes, nodesOf } from "../../../src/capacity/nodes.ts";
import type { Ledger } from "../../../src/capacity/reservations/ledger.ts";
import type { Asker, Moment } from "../../../src/capacity/reservations/questions.ts";
import { createRooms } from "../../../src/capacity/rooms.ts";
import { defaultScoring } from "../../../src/capacity/score.ts";
import { supplyOf } from "../../../src/capacity/supply.ts";
import { takenBytes } from "../../../src/capacity/reservations/unit.ts";
import type { Grant, VolumeWish } from "../../../src/capacity/reservations/wish.ts";
import type { Mirror } from "./api.ts";
import type { Kind } from "./objects.ts";
import type { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

/** What the scheduler asks. */
export interface Extender {
  filter(pod: string, claims: readonly string[], nodes: readonly string[], answer: Answer): void;
}

/** One replica of our service: a mirror, and a ledger that is told what the mirror sees. */
export interface Replica extends Extender {
  /** Gives room to a volume that no pod asked for; undefined where nothing can be promised now. */
  reserve(wish: VolumeWish): Grant | undefined;
  readonly ledger: Ledger;
  readonly mirror: Mirror;
  close(): void;
}

/** Nodes, or an error: `kept` where nothing but holds stands against the pod. */
export type Answered = readonly string[] | "kept" | "error";

type Answer = (through: Answered) => void;

/** How long a refusal waits for a second look; see src/extender/decide/second-look.ts. */
const secondLookMs = 50;

/** So old at most is a pod whose claims may have been made a moment before it; see src/extender/decide/catalogue.ts. */
const youngMs = 10_000;

/** Tells a ledger of an object that changed. */
type Feed = (kind: Kind, name: string) => void;

function feedOf(ledger: Ledger, seen: Mirror, time: Timeline): Feed {
  /** Claims by name, for their uid once they are gone. */
  const uids = new Map<string, string>();

  function tellClaim(name: string): void {
    const claim = seen.get("claim", name);
    const former = uids.get(name);
    if (former !== undefined && former !== claim?.uid) ledger.claim(former, `ns/${name}`, undefined, time.nowMs);
    if (claim === undefined) return void uids.delete(name);
    uids.set(name, claim.uid);
    const trace = { ...claim, key: `ns/${name}`, bytes: takenBytes(claim.bytes) };
    ledger.claim(claim.uid, trace.key, trace, time.nowMs);
  }

  return (kind, name) => {
    if (kind === "claim") return tellClaim(name);
    if (kind === "node") {
      const node = seen.get("node", name);
      return ledger.figures(name, node?.generation, node?.free ?? new Map(), time.nowMs);
    }
    const volume = seen.get("volume", name);
    ledger.volume(name, volume && { ...volume, ageMs: 0 }, time.nowMs);
  };
}

function tellAll(feed: Feed, seen: Mirror): void {
  for (const kind of ["node", "volume", "claim"] as const) for (const { name } of seen.all(kind)) feed(kind, name);
}

/** What a ledger says that is made anew from all that a replica sees. */
export function rebuilt({ mirror }: Replica, createLedger: () => Ledger, time: Timeline): Ledger {
  const ledger = createLedger();
  tellAll(feedOf(ledger, mirror, time), mirror);
  return ledger;
}

export interface ReplicaOptions {
  /** Asks the API server about claims of a young pod that seem to stand already: they may have been made anew. */
  readonly confirms?: boolean;
  /** Notices that the API server is slow. */
  readonly notices?: boolean;
}

export function startReplica(
  world: World,
  createLedger: () => Ledger,
  { confirms = true, notices = true }: ReplicaOptions = {},
): Replica {
  const { time, api, stalls } = world;
  const ledger = createLedger();
  let rooms = createRooms([]);
  let isOpen = true;
  let feed: Feed | undefined;
  const seen = api.watch({
    kinds: ["claim", "volume", "node"],
    delayMs: 40,
    watcher: (kind, name) => feed?.(kind, name),
  });
  feed = feedOf(ledger, seen, time);
  tellAll(feed, seen);

  sweep();

  // as the service does with a timer
  function sweep(): void {
    ledger.sweep(moment());
    if (isOpen) time.at(1_000, sweep);
  }

  function askerOf(pod: string, claims: readonly string[]): Asker {
    const parts: DemandPart[] = [];
    const unbound = new Map<string, bigint>();
    const bound = new Map<string, bigint>();
    for (const name of claims) {
      // what the mirror lacks is looked up
      if (seen.get("claim", name) === undefined || (confirms && mayBeFormer(pod, name))) seen.refresh("claim", name);
      const claim = seen.get("claim", name);
      if (claim === undefined) continue;
      const { deviceClass, bytes } = claim;
      const sums = claim.bound ? bound : unbound;
      sums.set(deviceClass, (sums.get(deviceClass) ?? 0n) + bytes);
      if (!claim.bound)
        parts.push({ claim: name, storageClass: deviceClass, deviceClass, optionClass: undefined, bytes });
    }
    const annotated = api.get("pod", pod)?.annotated ?? new Map();
    const seenDemand = { unbound, bound, parts, missingClaims: [], missingStorageClasses: [] };
    return { namespace: "ns", name: pod, demand: effectiveDemand(annotated, seenDemand), parts };
  }

  function mayBeFormer(pod: string, claim: string): boolean {
    const known = seen.get("claim", claim);
    const createdMs = api.get("pod", pod)?.createdMs ?? 0;
    return known !== undefined && (known.bound || known.node !== undefined) && time.nowMs - createdMs < youngMs;
  }

  // as in the service, they are put together anew only where nodes have come or gone
  function nodesNow(names: readonly string[]): Nodes {
    const all = seen.all("node").map(({ name, free }) => ({ name, supply: supplyOf(free) }));
    const areSame =
      all.length === rooms.roster.names.length && all.every(({ name, supply }) => rooms.set(name, supply));
    if (!areSame) rooms = createRooms(all);
    return rooms.nodes(names);
  }

  function decide(pod: string, claims: readonly string[], names: readonly string[]) {
    return ledger.decide(askerOf(pod, claims), nodesNow(names), defaultScoring, moment());
  }

  function isFollowing(): boolean {
    return seen.isFollowing && !(notices && stalls.isNoticed());
  }

  function moment(): Moment {
    return { nowMs: time.nowMs, isFollowing: isFollowing() };
  }

  function filter(pod: string, claims: readonly string[], names: readonly string[], answer: Answer): void {
    if (ledger.isTakingOver(moment())) return answer("error");
    let isAnswered = false;
    let hasLooked = false;
    let stop = (): void => undefined;
    const settle = (isLast: boolean): void => {
      if (isAnswered) return;
      const verdict = decide(pod, claims, names);
      if (verdict.through.length === 0 && !isLast) return;
      isAnswered = true;
      stop();
      if (verdict.through.length > 0) return answer(verdict.through.map((at) => names[at]!));
      if (verdict.isPassing) return answer("kept");
      answer(!isFollowing() || !hasLooked ? "error" : []);
    };
    stop = ledger.onFreed((freed) => {
      if (!names.some((name) => freed.has(name))) return;
      // not within what the ledger is being told
      time.at(0, () => settle(false));
    });
    settle(false);
    if (isAnswered) return;
    hasLooked = mayWait();
    time.at(hasLooked ? secondLookMs : 0, () => settle(true));
  }

  // while one pod waits, no other is placed: the service is sparing with it
  let waits = 10;
  let refilledMs = 0;
  function mayWait(): boolean {
    waits = Math.min(10, waits + (time.nowMs - refilledMs) / 500);
    refilledMs = time.nowMs;
    if (waits < 1) return false;
    waits -= 1;
    return true;
  }

  return {
    ledger,
    mirror: seen,
    reserve: (wish) => {
      if (ledger.isTakingOver(moment())) return undefined;
      const nodes = seen.all("node").filter(({ name }) => wish.possible?.has(name) !== false);
      return ledger.reserve(wish, nodesOf(nodes.map(({ name, free }) => ({ name, supply: supplyOf(free) }))), moment());
    },
    filter,
    close: () => {
      isOpen = false;
      seen.close();
    },
  };
}
