import type { Demand } from "../demand.ts";
import type { ClaimTrace } from "./facts.ts";
import type { Bounds, EndReason, Hold, HoldKind } from "./hold.ts";
import type { Reserved } from "../fit.ts";
import type { HeldForOthers } from "./reserved-room.ts";
import { forOthers } from "./standing.ts";
import type { Totals } from "./totals.ts";

/** A claim whose node is not known, or not known to be the one of this attempt. */
export interface WaitingClaim {
  /** `NAMESPACE/NAME`. */
  readonly key: string;
  readonly deviceClass: string;
  /** Whole extents. */
  readonly bytes: bigint;
  /** Node that it named when the attempt began; undefined where it named none. */
  readonly standsOn: string | undefined;
}

/** A pod that was let through. */
export interface Attempt {
  /** `NAMESPACE/NAME`. */
  readonly pod: string;
  readonly demand: Demand;
  /** Every node that it was let through to. */
  readonly nodes: readonly string[];
  /** Nodes on which part of it stands already, and what is left to hold there. */
  readonly less: ReadonlyMap<string, Demand>;
  readonly claims: readonly WaitingClaim[];
}

/** Promises between a filter's answer and the trace of the choice. */
export interface Attempts {
  /** Holds the demand on all of its nodes. */
  begin(attempt: Attempt, nowMs: number): void;
  /**
   * The pod is asked about again: what came before is over. Answers how many attempts in a row came to nothing. While the cluster cannot be
   * followed it may be another pod of its name, and the former one's choice may be there: then that stays, for others than the pod, too.
   */
  askedAgain(pod: string, isFollowing: boolean): number;
  /** @param claim undefined where it is gone */
  claim(key: string, claim: ClaimTrace | undefined, nowMs: number): void;
  /** Ends what is due. While the cluster cannot be followed nothing is: traces may be there that nobody can see. */
  sweep(nowMs: number, isFollowing: boolean): void;
  /** What is held for others than a pod, in the totals or by attempts with so many nodes that they are in no totals. */
  heldForOthers(pod: string): HeldForOthers;
  /** No pod but this one waits for a trace. */
  isIdleBut(pod: string): boolean;
  /** A pod that has this claim was let through, and no choice for the claim has been seen. */
  awaits(claimKey: string): boolean;
  /** A pod that has this claim was let through. */
  knows(claimKey: string): boolean;
  /** Nodes held, summed over all attempts. */
  readonly spread: number;
  holds(): Iterable<Hold>;
}

interface Open {
  readonly attempt: Attempt;
  /** Of two, the younger one has the higher number. */
  readonly number: number;
  /** The pod; something else for a former attempt of its that stays. */
  key: string;
  readonly startedAtMs: number;
  dueAtMs: number;
  /** Held now, by node; undefined for a wide attempt without a choice, whose nodes are looked up when somebody asks. */
  held: ReadonlyMap<string, Demand> | undefined;
  /** Nodes of a wide attempt, once somebody has asked. */
  nodes: ReadonlySet<string> | undefined;
  readonly waiting: Map<string, WaitingClaim>;
  /** Node that a claim of the pod has been seen to name since. */
  chosen: string | undefined;
}

/** So many promises in a row do not fail by chance. */
const leastSilent = 3;

/** Pods whose failures are remembered when there is nothing else to do. */
const mostRemembered = 1_000;

/**
 * A hold ends when the choice is seen, when the pod is asked about again, or by its bound. The bound counts from the last
 * trace of a promise that is older: a scheduler writes its choices down in the order in which it made them, by default 50
 * writes a second (clientConnection.qps), so that in a burst it may be a minute late. As long as older choices arrive, so may
 * this one. Where several in a row are without a trace, and none that is younger has left one, the API server may be holding up all writes,
 * and they are held for longer.
 * @param ended told of each attempt that ended, and why
 * @param mostCounted an attempt with more nodes is wide: it comes alone, and is looked up where somebody else asks meanwhile
 */
export function createAttempts(
  totals: Totals,
  bounds: Bounds,
  ended: (kind: HoldKind, reason: EndReason) => void,
  mostCounted: number,
): Attempts {
  /** By key. */
  const open = new Map<string, Open>();
  /** Keys of attempts by the claims that they have in common with them. */
  const byClaim = new Map<string, Set<string>>();
  /** Attempts in a row that came to nothing. */
  const failures = new Map<string, number>();
  const wide = new Set<Open>();
  let spread = 0;
  let begun = 0;
  /** Number of the youngest promise whose choice was seen. */
  let youngestSeen = 0;

  function rehold(one: Open, held: ReadonlyMap<string, Demand> | undefined): void {
    const { nodes } = one.attempt;
    const before = one.held;
    if (held === undefined) wide.add(one);
    else wide.delete(one);
    addAll(totals, held ?? nothingHeld, 1n);
    addAll(totals, before ?? nothingHeld, -1n);
    if (before === undefined && held !== undefined) totals.freed(nodes);
    spread += (held?.size ?? nodes.length) - (before?.size ?? nodes.length);
    one.held = held;
  }

  function ownOf(one: Open, node: string): Demand | undefined {
    if (one.held !== undefined) return one.held.get(node);
    one.nodes ??= new Set(one.attempt.nodes);
    return one.nodes.has(node) ? (one.attempt.less.get(node) ?? one.attempt.demand) : undefined;
  }

  function remember(one: Open): void {
    open.set(one.key, one);
    for (const { key } of one.attempt.claims) {
      const keys = byClaim.get(key);
      if (keys === undefined) byClaim.set(key, new Set([one.key]));
      else keys.add(one.key);
    }
  }

  function forget(one: Open): void {
    open.delete(one.key);
    for (const { key } of one.attempt.claims) {
      const keys = byClaim.get(key);
      if (keys?.delete(one.key) && keys.size === 0) byClaim.delete(key);
    }
  }

  function setAside(one: Open): void {
    forget(one);
    one.key = `${one.attempt.pod} ${one.number}`;
    remember(one);
  }

  function end(one: Open, reason: EndReason): void {
    const { pod } = one.attempt;
    rehold(one, nothingHeld);
    forget(one);
    if (one.chosen !== undefined) failures.delete(pod);
    else failures.set(pod, (failures.get(pod) ?? 0) + 1);
    ended("in-flight", one.waiting.size === 0 ? "chosen" : reason);
  }

  // a choice that is seen gives all younger promises another while, and older ones that were held up with it
  function progress(than: Open, nowMs: number): void {
    youngestSeen = Math.max(youngestSeen, than.number);
    for (const one of open.values())
      if (one.number > than.number || one.dueAtMs <= nowMs)
        one.dueAtMs = Math.max(one.dueAtMs, nowMs + bounds.inFlightMs);
  }

  function countSilent(): number {
    let count = 0;
    // one without claims leaves none
    for (const { number, attempt } of open.values()) if (number > youngestSeen && attempt.claims.length > 0) count += 1;
    return count;
  }

  function named(one: Open, key: string, node: string | undefined, nowMs: number): void {
    progress(one, nowMs);
    one.waiting.delete(key);
    if (node !== undefined) {
      one.chosen = node;
      for (const other of one.waiting.values()) if (other.standsOn === node) one.waiting.delete(other.key);
    }
    one.dueAtMs = Math.max(one.dueAtMs, nowMs + bounds.inFlightMs);
    rehold(one, heldBy(one, mostCounted));
  }

  // what was named is taken back: what we saw may have come of an earlier attempt, and been on its way for long
  function unnamed(one: Open, key: string): void {
    const claim = one.attempt.claims.find((claim) => claim.key === key);
    if (claim === undefined || one.waiting.has(key)) return;
    one.waiting.set(key, { ...claim, standsOn: undefined });
    one.chosen = undefined;
    rehold(one, heldBy(one, mostCounted));
  }

  return {
    begin: (attempt, nowMs) => {
      const waiting = new Map(attempt.claims.map((claim) => [claim.key, claim]));
      const dueAtMs = nowMs + bounds.inFlightMs;
      begun += 1;
      const one: Open = {
        attempt,
        number: begun,
        key: attempt.pod,
        startedAtMs: nowMs,
        dueAtMs,
        held: nothingHeld,
        nodes: undefined,
        waiting,
        chosen: undefined,
      };
      remember(one);
      rehold(one, heldBy(one, mostCounted));
    },
    askedAgain: (pod, isFollowing) => {
      const one = open.get(pod);
      if (one !== undefined && isFollowing) end(one, "asked-again");
      else if (one !== undefined) setAside(one);
      return failures.get(pod) ?? 0;
    },
    claim: (key, claim, nowMs) => {
      for (const name of byClaim.get(key) ?? []) {
        const one = open.get(name);
        if (one === undefined || claim === undefined) continue;
        // one that is bound without a node that somebody chose has an old volume, and needs no room
        if (claim.node !== undefined || claim.bound) named(one, key, claim.node, nowMs);
        else unnamed(one, key);
      }
    },
    sweep: (nowMs, isFollowing) => {
      const isSilent = countSilent() >= leastSilent;
      for (const one of open.values()) {
        if (!isFollowing) one.dueAtMs = nowMs + bounds.inFlightMs;
        const moreMs = isSilent && one.number > youngestSeen ? bounds.silentMs : 0;
        if (nowMs >= Math.min(one.dueAtMs + moreMs, one.startedAtMs + bounds.longestInFlightMs)) end(one, "bound");
      }
      if (open.size === 0 && failures.size > mostRemembered) failures.clear();
    },
    heldForOthers: (pod) => {
      const own = open.get(pod)?.held ?? nothingHeld;
      const others = [...wide].filter(({ key }) => key !== pod);
      return {
        on: (node) => {
          let sum = totals.on(node);
          if (sum.size > 0) sum = forOthers(sum, own.get(node));
          for (const one of others) sum = plus(sum, ownOf(one, node));
          return sum;
        },
        apart: others.length === 0 ? [...own.keys()] : undefined,
      };
    },
    isIdleBut: (pod) => {
      for (const { key, held } of open.values()) if (key !== pod && held?.size !== 0) return false;
      return true;
    },
    awaits: (claimKey) => {
      for (const name of byClaim.get(claimKey) ?? []) if (open.get(name)?.waiting.has(claimKey) === true) return true;
      return false;
    },
    knows: (claimKey) => byClaim.has(claimKey),
    get spread() {
      return spread;
    },
    *holds() {
      for (const one of open.values()) {
        const { attempt, held, startedAtMs: sinceMs } = one;
        for (const node of held?.keys() ?? attempt.nodes)
          for (const [deviceClass, bytes] of ownOf(one, node) ?? nothingAsked)
            yield {
              kind: "in-flight",
              owner: `pod ${attempt.pod}`,
              node,
              deviceClass,
              bytes,
              sinceMs,
              endsByTime: true,
            };
      }
    },
  };
}

const nothingHeld: ReadonlyMap<string, Demand> = new Map();
const nothingAsked: Demand = new Map();

function plus(held: Reserved, more: Demand | undefined): Reserved {
  if (more === undefined) return held;
  const sum = new Map(held);
  for (const [deviceClass, bytes] of more) sum.set(deviceClass, (sum.get(deviceClass) ?? 0n) + bytes);
  return sum;
}

/** What an attempt holds as things stand: on all of its nodes, or on the one that was chosen what no claim holds itself. */
function heldBy({ attempt, waiting, chosen }: Open, mostCounted: number): ReadonlyMap<string, Demand> | undefined {
  const { demand, nodes, less, claims } = attempt;
  if (claims.length > 0 && waiting.size === 0) return nothingHeld;
  if (chosen === undefined && nodes.length > mostCounted && waiting.size === claims.length) return undefined;
  const held = new Map<string, Demand>();
  const named = claims.filter(({ key }) => !waiting.has(key));
  for (const node of chosen === undefined ? nodes : [chosen]) {
    const own = less.get(node) ?? demand;
    const rest = named.length === 0 ? own : without(own, named, node);
    if (rest.size > 0) held.set(node, rest);
  }
  return held;
}

function without(demand: Demand, claims: readonly WaitingClaim[], node: string): Demand {
  const rest = new Map(demand);
  for (const { deviceClass, bytes, standsOn } of claims) {
    // not in the demand of this node in the first place
    if (standsOn === node) continue;
    const left = (rest.get(deviceClass) ?? 0n) - bytes;
    if (left > 0n) rest.set(deviceClass, left);
    else rest.delete(deviceClass);
  }
  return rest;
}

function addAll(totals: Totals, held: ReadonlyMap<string, Demand>, sign: 1n | -1n): void {
  for (const [node, demand] of held)
    for (const [deviceClass, bytes] of demand) totals.add(node, deviceClass, sign * bytes);
}
