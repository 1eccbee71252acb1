import type { Bench, Goal } from "./support/bench.ts";
import { reviewBody } from "./support/bodies.ts";
import type { Share } from "./support/cluster.ts";
import { asFastAsPossible, atRate } from "./support/load.ts";
import { connectAll, type Pair, type Prepared, prepare, startPair } from "./support/pair.ts";
import {
  type Comparison,
  compare,
  comparisonCells,
  comparisonColumns,
  stallCells,
  stallColumns,
} from "./support/rounds.ts";
import type { ServerProcess } from "./support/server.ts";
import { median } from "./support/stats.ts";

const cases: readonly { readonly name: string; readonly share: Share }[] = [
  { name: "a pod that fits", share: "all" },
  { name: "a pod that fits nowhere", share: "none" },
];
const path = "/pod/mutate";
const perSecond = 200;
const rounds = 8;
const perRound = 600;
const rateConnections = 32;
const busyConnections = 16;
const busyMs = 2000;

interface Seen {
  readonly name: string;
  readonly sizes: string;
  readonly comparison: Comparison;
  /** Requests a second, as medians of the rounds. */
  readonly service: number;
  readonly echo: number;
}

/** Admission of pods. */
export const bench: Bench = {
  title: "Admission of pods",
  about: `AdmissionReviews of a pod with two claims, in a cluster of 5,000 nodes: ${perSecond} a second, sent whether or not answers come, over ${rateConnections}
connections; service and echo take turns, ${rounds} rounds of ${perRound} requests each. Then as many as are answered over ${busyConnections} connections
that are always busy, in turns as well.`,
  run: async (say) => {
    const pair = await startPair();
    try {
      const seen: Seen[] = [];
      for (const { name, share } of cases) {
        const prepared = await prepare(pair, path, [reviewBody(share)]);
        seen.push({ name, sizes: sizesOf(prepared), ...(await measure(pair, prepared.requests[0]!, name, say)) });
      }
      return {
        tables: [
          {
            caption: `Time from request to answer at ${perSecond} requests a second`,
            columns: ["request", "kB in / out", ...comparisonColumns],
            rows: seen.map(({ name, sizes, comparison }) => [name, sizes, ...comparisonCells(comparison)]),
          },
          {
            caption: "Stalls of the event loop",
            columns: ["request", ...stallColumns],
            rows: seen.map(({ name, comparison }) => [name, ...stallCells(comparison)]),
          },
          {
            caption: "Highest rate held, requests a second",
            columns: ["request", "service", "echo", "share"],
            rows: seen.map(({ name, service, echo }) => [
              name,
              service.toFixed(0),
              echo.toFixed(0),
              `${((100 * service) / echo).toFixed(0)} %`,
            ]),
          },
        ],
        goals: seen.map(goalOf),
      };
    } finally {
      await pair.stop();
    }
  },
};

async function measure(pair: Pair, request: Buffer, name: string, say: (text: string) => void) {
  const connections = new Map([
    [pair.service, await connectAll(pair.service, rateConnections)],
    [pair.echo, await connectAll(pair.echo, rateConnections)],
  ]);
  const busy = (server: ServerProcess, forMs: number) =>
    asFastAsPossible(connections.get(server)!.slice(0, busyConnections), request, forMs);
  for (const server of connections.keys()) {
    await asFastAsPossible(connections.get(server)!, request, busyMs);
  }
  say(`${name}, ${perSecond} a second`);
  const comparison = await compare(pair, rounds, (server) =>
    atRate(connections.get(server)!, request, { perSecond, isOver: (sent) => sent >= perRound }),
  );
  say(`${name}, as fast as possible`);
  const rates = { service: [] as number[], echo: [] as number[] };
  for (let round = 0; round < 3; round += 1) {
    rates.service.push(await busy(pair.service, busyMs));
    rates.echo.push(await busy(pair.echo, busyMs));
  }
  for (const connection of [...connections.values()].flat()) connection.close();
  return { comparison, service: median(rates.service), echo: median(rates.echo) };
}

function sizesOf({ requestBytes, answerBytes }: Prepared): string {
  return [requestBytes, answerBytes].map((bytes) => (bytes / 1000).toFixed(1)).join(" / ");
}

function goalOf({ name, comparison: { ratio } }: Seen): Goal {
  return {
    text: `${name}: p99 ≤ 3 × echo at ${perSecond}/s`,
    seen: `${ratio.p99.toFixed(2)} ×`,
    met: ratio.p99 <= 3,
  };
}
