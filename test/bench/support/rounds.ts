import type { Pair } from "./pair.ts";
import type { ServerProcess } from "./server.ts";
import { type Stalls, worstOf } from "./stalls.ts";
import { figure, median, type Summary, summarize } from "./stats.ts";

/** One of the two, over all rounds. */
export interface Side {
  /** Of all samples together. */
  readonly all: Summary;
  /** Of each round. */
  readonly stalls: readonly Stalls[];
  /** CPU time of the server process for one request, in milliseconds: steadier than times on a machine that others use too. */
  readonly cpuMs: number;
}

/** Service against echo. */
export interface Comparison {
  readonly service: Side;
  readonly echo: Side;
  /** Medians of the ratios of the rounds. */
  readonly ratio: { readonly p50: number; readonly p99: number };
}

/**
 * Lets service and echo take turns, so that a machine that is slower for a while is slower for both, and the one that
 * begins changes from round to round.
 * @param measure sends one round of load to a server and answers its durations in milliseconds
 */
export async function compare(
  { service, echo }: Pair,
  rounds: number,
  measure: (server: ServerProcess) => Promise<number[]>,
): Promise<Comparison> {
  const [ours, theirs] = [sideOf(service, measure), sideOf(echo, measure)];
  for (let round = 0; round < rounds; round += 1)
    for (const side of round % 2 === 0 ? [ours, theirs] : [theirs, ours]) await side.round();
  const ratios = (of: (summary: Summary) => number) =>
    median(ours.rounds.map((summary, round) => of(summary) / of(theirs.rounds[round]!)));
  return {
    service: ours.side(),
    echo: theirs.side(),
    ratio: { p50: ratios(({ p50 }) => p50), p99: ratios(({ p99 }) => p99) },
  };
}

function sideOf(server: ServerProcess, measure: (server: ServerProcess) => Promise<number[]>) {
  const samples: number[] = [];
  const rounds: Summary[] = [];
  const stalls: Stalls[] = [];
  let cpuMs = 0;
  return {
    rounds,
    round: async () => {
      const before = await server.report();
      const round = await measure(server);
      const report = await server.report();
      stalls.push(report.stalls);
      cpuMs += report.cpuMs - before.cpuMs;
      rounds.push(summarize(round));
      samples.push(...round);
    },
    side: (): Side => ({ all: summarize(samples), stalls, cpuMs: cpuMs / samples.length }),
  };
}

/** Titles of the cells that `comparisonCells` makes. */
export const comparisonColumns = [
  "p50 ms",
  "p99 ms",
  "max ms",
  "echo p50",
  "echo p99",
  "echo max",
  "ratio p50",
  "ratio p99",
  "CPU ms",
  "echo CPU",
];

export function comparisonCells({ service, echo, ratio }: Comparison): string[] {
  const times = [service.all, echo.all].flatMap(({ p50, p99, max }) => [p50, p99, max]).map(figure);
  const ratios = [ratio.p50, ratio.p99].map((value) => `${value.toFixed(2)} ×`);
  return [...times, ...ratios, figure(service.cpuMs), figure(echo.cpuMs)];
}

/** Titles of the cells that `stallCells` makes. */
export const stallColumns = [
  "longest ms",
  "own CPU",
  "most own CPU",
  "median of rounds",
  "echo longest",
  "own CPU",
  "most own CPU",
  "echo median",
];

export function stallCells({ service, echo }: Comparison): string[] {
  return [service, echo].flatMap(({ stalls }) => {
    const { longest, mostCpuMs } = worstOf(stalls);
    return [longest.wallMs, longest.cpuMs, mostCpuMs, median(stalls.map((round) => round.longest.wallMs))].map(figure);
  });
}
