import type { Bench, Findings } from "./support/bench.ts";
import { fullNodesBody, reviewBody } from "./support/bodies.ts";
import { connect, getOf, postOf } from "./support/connection.ts";
import { oneByOne } from "./support/load.ts";
import { type ServerProcess, startServerProcess } from "./support/server.ts";
import { type Probe, startProbe } from "./support/probe.ts";
import { type Stalls, worstOf } from "./support/stalls.ts";
import { figure, type Summary, summarize } from "./support/stats.ts";

const requests = 20;
const probesPerSecond = 50;

/** Filter with the nodes in full, and what others feel of it. */
export const bench: Bench = {
  title: "Filter with full nodes",
  about: `The request of a kube-scheduler without \`nodeCacheCapable\`: 5,000 nodes of 11.4 kB, of which all fit, so that the answer is as large. ${requests} requests
one after the other, and meanwhile two threads that ask \`/pod/mutate\` and \`/healthz\` ${probesPerSecond} times a second each. Memory is that of the
whole process.`,
  run: async (say) => {
    const server = await startServerProcess("service");
    try {
      return await measure(server, say);
    } finally {
      await server.stop();
    }
  },
};

interface Probed {
  readonly path: string;
  readonly alone: Summary;
  readonly meanwhile: Summary;
}

async function measure(server: ServerProcess, say: (text: string) => void): Promise<Findings> {
  const body = fullNodesBody("all");
  const request = postOf("/filter", body);
  const connection = await connect(server.endpoint);
  const probes = { "/pod/mutate": postOf("/pod/mutate", reviewBody("all")), "/healthz": getOf("/healthz") };
  say("the other requests alone");
  const before = await server.report();
  const alone = await probeWhile(server, probes, () => new Promise((resolve) => setTimeout(resolve, 5000)));
  say("warm-up");
  await oneByOne(connection, [request], 3);
  say("full nodes");
  await server.report();
  const stalls: Stalls[] = [];
  const samples: number[] = [];
  const meanwhile = await probeWhile(server, probes, async () => {
    for (let sent = 0; sent < requests; sent += 1) {
      samples.push(...(await oneByOne(connection, [request], 1)));
      stalls.push((await server.report()).stalls);
    }
  });
  const after = await server.report();
  connection.close();
  const probed = Object.keys(probes).map((path) => ({
    path,
    alone: alone.get(path)!,
    meanwhile: meanwhile.get(path)!,
  }));
  return findings(body.length, summarize(samples), worstOf(stalls), probed, [before.peakRssBytes, after.peakRssBytes]);
}

async function probeWhile(
  { endpoint }: ServerProcess,
  requests: Readonly<Record<string, Buffer>>,
  work: () => Promise<void>,
): Promise<Map<string, Summary>> {
  const probes = new Map<string, Probe>();
  for (const [path, request] of Object.entries(requests))
    probes.set(path, await startProbe({ endpoint, request, perSecond: probesPerSecond }));
  await work();
  const summaries = new Map<string, Summary>();
  for (const [path, probe] of probes) summaries.set(path, summarize(await probe.stop()));
  return summaries;
}

function findings(
  bytes: number,
  { p50, p99, max }: Summary,
  { longest, mostCpuMs }: Stalls,
  probed: readonly Probed[],
  [restBytes, peakBytes]: readonly [number, number],
): Findings {
  const mebibytes = (value: number) => `${Math.round(value / 2 ** 20)}`;
  return {
    tables: [
      {
        caption: "The large requests",
        columns: [
          "request",
          "MB in",
          "p50 ms",
          "p99 ms",
          "max ms",
          "longest stall ms",
          "own CPU",
          "most own CPU",
          "RSS before, MiB",
          "RSS peak, MiB",
        ],
        rows: [
          [
            "filter, full nodes",
            (bytes / 1e6).toFixed(1),
            ...[p50, p99, max, longest.wallMs, longest.cpuMs, mostCpuMs].map(figure),
            mebibytes(restBytes),
            mebibytes(peakBytes),
          ],
        ],
      },
      {
        caption: "Other requests",
        columns: ["request", "alone p50 ms", "p99 ms", "max ms", "meanwhile p50 ms", "p99 ms", "max ms"],
        rows: probed.map(({ path, alone, meanwhile }) => [
          path,
          ...[alone, meanwhile].flatMap((one) => [one.p50, one.p99, one.max]).map(figure),
        ]),
      },
    ],
    goals: [
      { text: "no stall above 100 ms", seen: `${figure(longest.wallMs)} ms`, met: longest.wallMs <= 100 },
      ...probed.map(({ path, meanwhile }) => ({
        text: `${path} meanwhile: p99 ≤ 50 ms`,
        seen: `${figure(meanwhile.p99)} ms`,
        met: meanwhile.p99 <= 50,
      })),
    ],
  };
}
