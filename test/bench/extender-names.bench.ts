import type { Bench, Goal } from "./support/bench.ts";
import { type ClusterSize, usualSize } from "./support/cluster.ts";
import { compareNames, kilobytes, type NamesCase, type NamesComparison } from "./support/compare-names.ts";
import { startPair } from "./support/pair.ts";
import { type Comparison, comparisonCells, comparisonColumns, stallCells, stallColumns } from "./support/rounds.ts";
import { worstOf } from "./support/stalls.ts";
import { figure } from "./support/stats.ts";

interface Case extends NamesCase {
  readonly name: string;
}

const clusters: readonly { readonly holds: number; readonly cases: readonly Case[] }[] = [
  {
    holds: 0,
    cases: [
      { name: "filter, all fit", path: "/filter", share: "all" },
      { name: "filter, half fit", path: "/filter", share: "half" },
      { name: "filter, 5 fit", path: "/filter", share: "few" },
      { name: "prioritize", path: "/prioritize", share: "all" },
    ],
  },
  {
    holds: 2000,
    cases: [
      { name: "filter, half fit, 2,000 holds", path: "/filter", share: "half" },
      { name: "prioritize, 2,000 holds", path: "/prioritize", share: "all" },
    ],
  },
];
const counts = { rounds: 10, perRound: 300, warmUp: 400 };

/** Filter and prioritize with names only. */
export const bench: Bench = {
  title: "Filter and prioritize with node names",
  about: `The request of a kube-scheduler with \`nodeCacheCapable: true\`: 5,000 names, a pod with two claims of two device classes, one
request after the other over one connection, as kube-scheduler sends them, the names in another order each time. Service and echo take turns, ${counts.rounds} rounds of ${counts.perRound}
requests each. A *hold* is room that is promised, here to a claim that names its node, each on another one. (A pod that fits nowhere is left out: the service looks a second time, up to 50 ms later, before it says so.)`,
  run: async (say) => {
    const seen: Seen[] = [];
    for (const { holds, cases } of clusters) seen.push(...(await compareAll({ ...usualSize, holds }, cases, say)));
    return {
      tables: [
        {
          caption: "Time from request to answer",
          columns: ["request", "kB in / out", ...comparisonColumns],
          rows: seen.map((one) => [one.name, kilobytes(one), ...comparisonCells(one.comparison)]),
        },
        {
          caption: "Stalls of the event loop",
          columns: ["request", ...stallColumns],
          rows: seen.map(({ name, comparison }) => [name, ...stallCells(comparison)]),
        },
      ],
      goals: seen.flatMap(({ name, comparison }) => goalsOf(name, comparison)),
    };
  },
};

interface Seen extends NamesComparison {
  readonly name: string;
}

async function compareAll(size: ClusterSize, cases: readonly Case[], say: (text: string) => void): Promise<Seen[]> {
  const pair = await startPair(size);
  try {
    const seen: Seen[] = [];
    for (const one of cases) {
      say(one.name);
      seen.push({ name: one.name, ...(await compareNames(pair, one, size, counts)) });
    }
    return seen;
  } finally {
    await pair.stop();
  }
}

function goalsOf(name: string, { service, ratio }: Comparison): Goal[] {
  const { longest, mostCpuMs } = worstOf(service.stalls);
  const stall = `${figure(longest.wallMs)} ms, own CPU at most ${figure(mostCpuMs)} ms`;
  return [
    { text: `${name}: p99 ≤ 3 × echo`, seen: `${ratio.p99.toFixed(2)} ×`, met: ratio.p99 <= 3 },
    { text: `${name}: no stall above 10 ms`, seen: stall, met: longest.wallMs <= 10 },
  ];
}
