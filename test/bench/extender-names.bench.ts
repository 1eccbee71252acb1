import type { Bench, Goal } from "./support/bench.ts";
import { namesBodies } from "./support/bodies.ts";
import { type ClusterSize, type Share, usualSize } from "./support/cluster.ts";
import { connect } from "./support/connection.ts";
import { oneByOne } from "./support/load.ts";
import { type Pair, prepare, startPair } from "./support/pair.ts";
import {
  type Comparison,
  compare,
  comparisonCells,
  comparisonColumns,
  stallCells,
  stallColumns,
} from "./support/rounds.ts";
import { worstOf } from "./support/stalls.ts";
import { figure } from "./support/stats.ts";

interface Case {
  readonly name: string;
  readonly path: string;
  readonly share: Share;
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
const rounds = 10;
const perRound = 300;
const warmUp = 400;

/** Filter and prioritize with names only. */
export const bench: Bench = {
  title: "Filter and prioritize with node names",
  about: `The request of a kube-scheduler with \`nodeCacheCapable: true\`: 5,000 names, a pod with two claims of two device classes, one
request after the other over one connection, as kube-scheduler sends them, the names in another order each time. Service and echo take turns, ${rounds} rounds of ${perRound}
requests each. A *hold* is room that is promised, here to a claim that names its node, each on another one. (A pod that fits nowhere is left out: the service looks a second time, up to 50 ms later, before it says so.)`,
  run: async (say) => {
    const seen: Seen[] = [];
    for (const { holds, cases } of clusters) seen.push(...(await compareAll({ ...usualSize, holds }, cases, say)));
    return {
      tables: [
        {
          caption: "Time from request to answer",
          columns: ["request", "kB in / out", ...comparisonColumns],
          rows: seen.map(({ name, sizes, comparison }) => [name, sizes, ...comparisonCells(comparison)]),
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

interface Seen {
  readonly name: string;
  readonly sizes: string;
  readonly comparison: Comparison;
}

async function compareAll(size: ClusterSize, cases: readonly Case[], say: (text: string) => void): Promise<Seen[]> {
  const pair = await startPair(size);
  try {
    const seen: Seen[] = [];
    for (const { name, path, share } of cases) {
      say(name);
      seen.push({ name, ...(await compareCase(pair, path, namesBodies(share, size))) });
    }
    return seen;
  } finally {
    await pair.stop();
  }
}

async function compareCase(pair: Pair, path: string, bodies: readonly string[]) {
  const { requests, requestBytes, answerBytes } = await prepare(pair, path, bodies);
  const connections = new Map([
    [pair.service, await connect(pair.service.endpoint)],
    [pair.echo, await connect(pair.echo.endpoint)],
  ]);
  for (const connection of connections.values()) await oneByOne(connection, requests, warmUp);
  const comparison = await compare(pair, rounds, (server) => oneByOne(connections.get(server)!, requests, perRound));
  for (const connection of connections.values()) connection.close();
  return { sizes: `${Math.round(requestBytes / 1000)} / ${Math.round(answerBytes / 1000)}`, comparison };
}

function goalsOf(name: string, { service, ratio }: Comparison): Goal[] {
  const { longest, mostCpuMs } = worstOf(service.stalls);
  const stall = `${figure(longest.wallMs)} ms, own CPU at most ${figure(mostCpuMs)} ms`;
  return [
    { text: `${name}: p99 ≤ 3 × echo`, seen: `${ratio.p99.toFixed(2)} ×`, met: ratio.p99 <= 3 },
    { text: `${name}: no stall above 10 ms`, seen: stall, met: longest.wallMs <= 10 },
  ];
}
