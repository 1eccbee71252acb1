import type { Demand } from "../../capacity/demand.ts";
import { formatBytes } from "../../capacity/quantity.ts";
import type { NodeFacts } from "../../cluster/view.ts";
import { type Paint, renderTable } from "../table.ts";
import type { Placement } from "./place.ts";

/** Nodes that are shown one by one; a cluster has thousands. */
const mostNodes = 20;
/** Nodes that are named in a row of a pod. */
const mostNamed = 4;
/** Pods that are shown. */
const mostPods = 40;

/** The table of nodes and classes with their room. A class whose size nobody tells (an annotation does not) has none. */
export function renderNodes(nodes: readonly NodeFacts[], paint: Paint): string {
  const shown = nodes.slice(0, mostNodes);
  const rows = shown.flatMap(({ name, supply }) => {
    const classes = [...new Set([...supply.freeBytes.keys(), ...supply.bad.keys()])].sort();
    if (classes.length === 0) return [[name, paint.dim("none"), "", ""]];
    return classes.map((deviceClass, at) => {
      const size = supply.sizeBytes.get(deviceClass);
      const free = supply.freeBytes.get(deviceClass);
      return [
        at === 0 ? name : "",
        deviceClass,
        size === undefined ? paint.dim("–") : formatBytes(size),
        free === undefined ? paint.bad(`unreadable: ${supply.bad.get(deviceClass)}`) : formatBytes(free),
      ];
    });
  });
  const columns = [
    { title: "NODE" },
    { title: "CLASS" },
    { title: "TOTAL", align: "right" },
    { title: "FREE", align: "right" },
  ] as const;
  return renderTable(columns, rows, paint) + left(nodes.length - shown.length, "node", paint);
}

/**
 * The table of pods: what each asks, where it fits how well, and why not elsewhere.
 * @param count pods that there are, of which `placements` may be the first ones
 */
export function renderPlacements(placements: readonly Placement[], count: number, paint: Paint): string {
  const demanding = placements.filter(isTelling);
  const shown = demanding.slice(0, mostPods);
  const rows = shown.flatMap((placement) => rowsOf(placement, paint));
  const columns = [
    { title: "POD" },
    { title: "ASKS" },
    { title: "NODES" },
    { title: "SCORE", align: "right" },
    { title: "REASON" },
  ] as const;
  const table = rows.length === 0 ? "" : renderTable(columns, rows, paint);
  const more = demanding.length - shown.length + count - placements.length;
  return table + left(more, "pod", paint) + others(placements, demanding.length, paint);
}

function isTelling({ demand, problem, warnings }: Placement): boolean {
  return demand.size > 0 || problem !== undefined || warnings.length > 0;
}

function rowsOf({ subject, demand, fits, refused, warnings, problem }: Placement, paint: Paint): string[][] {
  const name = subject.namespace === "default" ? subject.name : `${subject.namespace}/${subject.name}`;
  const asks = demandLines(demand);
  const outcomes = [
    ...[...Map.groupBy(fits, ({ score }) => score)].map(([score, nodes]) => [
      named(nodes.map(({ node }) => node)),
      paint.good(String(score)),
      "",
    ]),
    ...[...refused].map(([reason, nodes]) => [named(nodes), paint.bad("no"), reason]),
    ...(problem === undefined ? [] : [["", paint.bad("no"), problem]]),
    ...warnings.map((warning) => ["", "", paint.dim(`warning: ${warning}`)]),
  ];
  return Array.from({ length: Math.max(asks.length, outcomes.length) }, (_, at) => [
    at === 0 ? name : "",
    asks[at] ?? "",
    ...(outcomes[at] ?? []),
  ]);
}

function demandLines(demand: Demand): string[] {
  return [...demand].map(([deviceClass, bytes]) => `${formatBytes(bytes, "up")} ${deviceClass}`);
}

function named(nodes: readonly string[]): string {
  const more = nodes.length - mostNamed;
  // "and 1 more" is no shorter than the name
  if (more <= 1) return nodes.join(", ");
  return `${nodes.slice(0, mostNamed).join(", ")} and ${more} more`;
}

function left(count: number, noun: string, paint: Paint): string {
  return count <= 0 ? "" : paint.dim(`and ${count} more ${noun}${count === 1 ? "" : "s"}\n`);
}

function others(placements: readonly Placement[], demanding: number, paint: Paint): string {
  const rest = placements.filter((placement) => !isTelling(placement));
  if (rest.length === 0) return "";
  const names = named(rest.map(({ subject }) => subject.name));
  return paint.dim(
    `${demanding === 0 ? "" : "\n"}Nothing to place for ${names}: no claims of ours that wait for a volume.\n`,
  );
}
