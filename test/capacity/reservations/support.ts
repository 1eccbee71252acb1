import type { ClaimTrace, VolumeTrace } from "../../../src/capacity/reservations/facts.ts";
import type { AskedNode, Nodes } from "../../../src/capacity/nodes.ts";
import { createRooms } from "../../../src/capacity/rooms.ts";
import type { Ledger } from "../../../src/capacity/reservations/ledger.ts";
import type { Asker, Verdict } from "../../../src/capacity/reservations/questions.ts";
import { defaultScoring } from "../../../src/capacity/score.ts";
import { roomOf, gibibyte } from "../../support/fake-view.ts";

/** uid of the claim of this number. */
export const uidOf = (number: number): string => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

/** An unbound claim of 3 GiB of ssd in namespace `default`. */
export function claimTrace(number: number, facts: Partial<ClaimTrace> = {}): ClaimTrace {
  const key = `default/c${number}`;
  return { uid: uidOf(number), key, deviceClass: "ssd", bytes: 3n * gibibyte, node: undefined, bound: false, ...facts };
}

/** The volume of the claim of this number, of 3 GiB on node `a`, that has still to be made. */
export function volumeTrace(number: number, facts: Partial<VolumeTrace> = {}): VolumeTrace {
  return {
    name: `pvc-${uidOf(number)}`,
    uid: `volume-${number}`,
    node: "a",
    deviceClass: "ssd",
    wantedBytes: 3n * gibibyte,
    currentBytes: undefined,
    hasFailed: false,
    counted: undefined,
    ageMs: 0,
    ...facts,
  };
}

/** A pod that asks for 3 GiB of ssd with claim `c<number>`, or for what is given in GiB by class, a claim for each. */
export function podAsking(number: number, gib: Record<string, number> = { ssd: 3 }): Asker {
  const entries = Object.entries(gib).map(([deviceClass, size]) => [deviceClass, BigInt(size) * gibibyte] as const);
  return {
    namespace: "default",
    name: `p${number}`,
    demand: new Map(entries),
    parts: entries.map(([deviceClass, bytes], at) => ({
      claim: at === 0 ? `c${number}` : `c${number}-${at}`,
      storageClass: deviceClass,
      deviceClass,
      optionClass: undefined,
      bytes,
    })),
  };
}

/** Nodes with free GiB of ssd, such as `{ a: 3 }`, or by class. */
export function nodesWith(free: Record<string, number | Record<string, number>>): AskedNode[] {
  return Object.entries(free).map(([name, room]) => ({
    name,
    supply: roomOf(typeof room === "number" ? { ssd: room } : room),
  }));
}

/** As a service asks: of nodes that are in a roster. */
export function questionAbout(nodes: readonly AskedNode[]): Nodes {
  return createRooms(nodes).nodes(nodes.map(({ name }) => name));
}

/** Asks, and answers the names of the nodes that the pod is let through to. */
export function ask(ledger: Ledger, asker: Asker, nodes: AskedNode[], nowMs: number, isFollowing = true) {
  const verdict: Verdict = ledger.decide(asker, questionAbout(nodes), defaultScoring, { nowMs, isFollowing });
  return { ...verdict, names: verdict.through.map((at) => nodes[at]?.name) };
}

/** What is held, as `KIND NODE GiB`. */
export function held(ledger: Ledger): string[] {
  return [...ledger.holds()].map(({ kind, node, bytes }) => `${kind} ${node} ${Number(bytes) / 2 ** 30}`).sort();
}
