import type { Bench, Findings, Goal } from "./support/bench.ts";
import { compareNames, kilobytes, type NamesCase, type NamesComparison } from "./support/compare-names.ts";
import { startPair } from "./support/pair.ts";
import { type Line, svgOf } from "./support/plot.ts";
import { comparisonCells, comparisonColumns } from "./support/rounds.ts";

const sizes = [500, 1000, 2000, 5000, 20_000];
const counts = { rounds: 6, perRound: 100, warmUp: 300 };

const cases = {
  filter: { path: "/filter", share: "half" },
  prioritize: { path: "/prioritize", share: "all" },
} as const satisfies Record<string, NamesCase>;
type Verb = keyof typeof cases;
const verbs = Object.keys(cases) as Verb[];

/** How answers about names grow with the cluster. */
export const bench: Bench = {
  title: "Filter and prioritize in clusters of many sizes",
  about: `The requests of the section on node names, with holds on two fifths of the nodes; half of the nodes fit a filter's pod. Service and echo take
turns, ${counts.rounds} rounds of ${counts.perRound} requests each. The bytes are those of request and answer together.`,
  run: async (say) => {
    const seen: Seen[] = [];
    for (const nodes of sizes) {
      say(`${nodes} nodes`);
      seen.push({ nodes, ...(await compareAt(nodes)) });
    }
    return findings(seen);
  },
};

type Seen = { readonly nodes: number } & Readonly<Record<Verb, NamesComparison>>;

async function compareAt(nodes: number): Promise<Record<Verb, NamesComparison>> {
  const size = { nodes, holds: (2 * nodes) / 5 };
  const pair = await startPair(size);
  try {
    return {
      filter: await compareNames(pair, cases.filter, size, counts),
      prioritize: await compareNames(pair, cases.prioritize, size, counts),
    };
  } finally {
    await pair.stop();
  }
}

function findings(seen: readonly Seen[]): Findings {
  return {
    tables: verbs.map((verb) => ({
      caption: `Time from request to answer, ${verb}`,
      columns: ["nodes", "kB in / out", ...comparisonColumns],
      rows: seen.map(({ nodes, [verb]: one }) => [
        nodes.toLocaleString("en"),
        kilobytes(one),
        ...comparisonCells(one.comparison),
      ]),
    })),
    pictures: [
      {
        file: "extender-sizes.svg",
        alt: `Medians of filter and prioritize from ${sizes.at(0)} to ${sizes.at(-1)} nodes, beside the growth of the bytes`,
        svg: svgOf({
          title: "Time of an answer by the size of the cluster",
          xLabel: "nodes",
          yLabel: "ms, median",
          lines: linesOf(seen),
        }),
      },
    ],
    goals: verbs.flatMap((verb) => [500, 5000].map((from) => growthGoal(verb, seen, from))),
  };
}

function linesOf(seen: readonly Seen[]): Line[] {
  const line = (verb: Verb, value: (one: NamesComparison) => number) =>
    seen.map(({ nodes, [verb]: one }) => [nodes, value(one)] as const);
  const first = seen[0]!.filter;
  const perByte = first.comparison.service.all.p50 / bytesOf(first);
  return [
    { name: "filter", points: line("filter", serviceMs) },
    { name: "prioritize", points: line("prioritize", serviceMs) },
    {
      name: "filter, had it grown as its bytes",
      points: line("filter", (one) => perByte * bytesOf(one)),
      isYardstick: true,
    },
    { name: "echo of filter", points: line("filter", (one) => one.comparison.echo.all.p50), isYardstick: true },
  ];
}

function serviceMs({ comparison }: NamesComparison): number {
  return comparison.service.all.p50;
}

function growthGoal(verb: Verb, seen: readonly Seen[], from: number): Goal {
  const [small, large] = [seen.find(({ nodes }) => nodes === from)!, seen.at(-1)!];
  const growth = (of: (one: NamesComparison) => number) => of(large[verb]) / of(small[verb]);
  const [time, bytes] = [growth(serviceMs), growth(bytesOf)];
  return {
    text: `${verb}, ${from.toLocaleString("en")} to ${large.nodes.toLocaleString("en")} nodes: time (p50) grows at most as the bytes`,
    seen: `${time.toFixed(1)} × of ${bytes.toFixed(1)} ×`,
    met: time <= bytes,
  };
}

function bytesOf({ requestBytes, answerBytes }: NamesComparison): number {
  return requestBytes + answerBytes;
}
