import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Supply } from "../capacity/supply.ts";
import { supplyOf } from "../capacity/supply.ts";
import type { NodeFacts } from "./view.ts";

type Listener = (node: NodeFacts) => void;

/** Those who want to know of a change in a node's supply. */
export interface NodeListeners {
  add(listener: Listener): () => void;
  /** Tells of a change, where it is one; a node that is gone is told as one that offers nothing. */
  changed(before: NodeFacts | undefined, after: NodeFacts | undefined): void;
}

const nothing = supplyOf(new Map());

/** A listener that throws is logged and keeps nobody else from hearing. */
export function createNodeListeners(log: Logger): NodeListeners {
  const listeners = new Set<Listener>();
  return {
    add: (listener) => {
      const own: Listener = (node) => listener(node); // so that a function can be added twice
      listeners.add(own);
      return () => void listeners.delete(own);
    },
    changed: (before, after) => {
      const node = after ?? (before && { ...before, supply: nothing });
      if (node === undefined || sameSupply(before?.supply ?? nothing, node.supply)) return;
      for (const listener of listeners) {
        try {
          listener(node);
        } catch (error) {
          log.error({ node: node.name, error: messageOf(error) }, "a listener of the view failed");
        }
      }
    },
  };
}

function sameSupply(a: Supply, b: Supply): boolean {
  return sameRoom(a.freeBytes, b.freeBytes) && sameRoom(a.sizeBytes, b.sizeBytes) && sameRoom(a.bad, b.bad);
}

function sameRoom<T>(a: ReadonlyMap<string, T>, b: ReadonlyMap<string, T>): boolean {
  if (a.size !== b.size) return false;
  for (const [deviceClass, value] of a) if (b.get(deviceClass) !== value) return false;
  return true;
}
