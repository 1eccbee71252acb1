import { type Bytes, bytesOf } from "./bytes.ts";
import { columnOf } from "./column.ts";
import type { Demand } from "./demand.ts";
import type { Field } from "./field.ts";
import { type Misfit, notOffered } from "./fit.ts";
import { untold } from "./nodes.ts";
import { formatBytes } from "./quantity.ts";

/** Why nodes cannot hold a pod, by position; undefined for one that can. */
export type Misfits = readonly (Misfit | undefined)[];

/** What is found of the nodes of one answer. */
export interface Survey {
  /** Positions of the nodes that can hold the demand. */
  readonly fitting: readonly number[];
  readonly misfits: Misfits;
  /**
   * The reason for a misfit; begins as TopoLVM prints it. kube-scheduler counts nodes with equal reasons and cuts an event at
   * 1 kB, so a text holds figures of the whole answer and never of a single node.
   */
  readonly textOf: (misfit: Misfit) => string;
}

/** Longest part of an annotation that a reason repeats. */
const maxQuoted = 60;

/** Checks each node as `fits` does. */
export function surveyOf(demand: Demand, field: Field): Survey {
  const { names } = field.nodes;
  const misfits = columnOf<Misfit | undefined>(names.length, () => undefined);
  const shortfalls = [...demand].map(([deviceClass, bytes]) => lookAt(deviceClass, bytes, field, misfits));
  const noRoom = `out of VG free space (${shortfalls.filter((text) => text !== "").join("; ")})`;
  const fitting: number[] = [];
  for (let at = 0; at < misfits.length; at += 1) if (misfits[at] === undefined) fitting.push(at);
  return {
    fitting,
    misfits,
    textOf: (misfit) => {
      switch (misfit.kind) {
        case "no-annotation":
          return `no capacity annotation (${misfit.deviceClass})`;
        case "bad-annotation":
          return `bad capacity annotation: ${misfit.value.slice(0, maxQuoted)}`;
        case "no-room":
          return noRoom;
      }
    },
  };
}

// marks the nodes that a class stands against; answers what no-room says of it, nothing where no node is short of it
function lookAt(deviceClass: string, bytes: bigint, field: Field, misfits: (Misfit | undefined)[]): string {
  const left = field.left(deviceClass);
  const needed = bytesOf(bytes);
  // the same for every node: 5,000 of them need no objects of their own
  const absent: Misfit = { kind: "no-annotation", deviceClass };
  const full: Misfit = { kind: "no-room", deviceClass };
  let isShort = false;
  let best = -1;
  let most: Bytes = untold;
  for (let at = 0; at < left.length; at += 1) {
    const here = left[at] ?? untold;
    if (here > most) {
      best = at;
      most = here;
    }
    if (here >= needed) continue;
    const before = misfits[at];
    if (here !== untold) {
      isShort = true;
      misfits[at] = before ?? full;
    } else if (before === undefined || before.kind === "no-room") {
      // a class that the node does not offer says more than one that is full
      misfits[at] = notOffered(deviceClass, field.nodes.supply(at), absent);
    }
  }
  return isShort ? shortfall(deviceClass, bytes, field, best) : "";
}

// with the best that any node has
function shortfall(deviceClass: string, bytes: bigint, { nodes, reserved }: Field, best: number): string {
  const free = formatBytes(nodes.supply(best).freeBytes.get(deviceClass) ?? 0n);
  const held = reserved(best).get(deviceClass) ?? 0n;
  const ofIt = held > 0n ? `, ${formatBytes(held, "up")} of it reserved` : "";
  return `${deviceClass}: asked ${formatBytes(bytes, "up")}, at most ${free} free on one node${ofIt}`;
}
