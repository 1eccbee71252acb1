import type { Clock } from "../../base/clock.ts";
import { defaultClass } from "../../capacity/device-class.ts";
import { type Supply, supplyOf } from "../../capacity/supply.ts";
import type { ClassState } from "../../lvmd/storage.ts";

/** How long a node's room is believed after its lvmd fell silent. */
const keepMs = 60_000;

/** What an lvmd tells of its node. */
export interface LiveSupply {
  /** The state of all its classes. */
  update(states: readonly ClassState[]): void;
  /** Nothing is heard of it any more: what it said last is believed for another minute, then the node offers nothing. */
  lost(): void;
  /** The node's own manifest counts again. */
  detach(): void;
}

/** The lvmds that are attached to nodes. */
export interface LiveSupplies {
  attach(node: string): LiveSupply;
  /** Nodes with an lvmd. */
  nodes(): Iterable<string>;
  /** What the node's lvmd says; undefined where it has none, or has said nothing yet and may still. */
  supplyOf(node: string): Supply | undefined;
  close(): void;
}

const nothing = supplyOf(new Map());

/** @param changed called with the node after each change of what `supplyOf` answers */
export function createLiveSupplies(clock: Clock, changed: (node: string) => void): LiveSupplies {
  const supplies = new Map<string, Supply | undefined>();
  const expiries = new Map<string, () => void>();

  function set(node: string, supply: Supply | undefined): void {
    supplies.set(node, supply);
    changed(node);
  }

  function settle(node: string): void {
    expiries.get(node)?.();
    expiries.delete(node);
  }

  function expire(node: string): void {
    if (expiries.has(node)) return; // lost already: the minute counts from the first time
    const cancel = clock.after(keepMs, () => {
      expiries.delete(node);
      set(node, nothing);
    });
    expiries.set(node, cancel);
  }

  return {
    attach: (node) => {
      set(node, undefined);
      expire(node);
      return {
        update: (states) => {
          settle(node);
          set(node, supplyFromStates(states));
        },
        lost: () => expire(node),
        detach: () => {
          settle(node);
          supplies.delete(node);
          changed(node);
        },
      };
    },
    nodes: () => supplies.keys(),
    supplyOf: (node) => supplies.get(node),
    close: () => {
      for (const cancel of expiries.values()) cancel();
      expiries.clear();
    },
  };
}

/** Supply that the classes of an lvmd make. The default class counts under its own name and as `00default`, as TopoLVM's node annotates it. */
function supplyFromStates(states: readonly ClassState[]): Supply {
  const freeBytes = new Map<string, bigint>();
  const sizeBytes = new Map<string, bigint>();
  for (const state of states) {
    for (const name of state.isDefault ? [state.deviceClass, defaultClass] : [state.deviceClass]) {
      freeBytes.set(name, state.freeBytes);
      sizeBytes.set(name, state.thinPool?.sizeBytes ?? state.sizeBytes);
    }
  }
  return supplyOf(freeBytes, sizeBytes);
}
