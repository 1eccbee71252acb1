import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { bundle } from "../../scripts/bundle.ts";
import { startAgent } from "./support/agent.ts";
import type { Bench } from "./support/bench.ts";
import { memoryOf } from "./support/memory.ts";
import { figure, median } from "./support/stats.ts";
import { startTwin, type TwinContent } from "./support/twin.ts";

const runs = 3;
const restMs = 20_000;

interface Case {
  readonly name: string;
  readonly role: "node" | "controller";
  readonly content: TwinContent;
  readonly goalMebibytes: number;
}

const cases: readonly Case[] = [
  {
    name: "node, lvmd in it, 200 volumes",
    role: "node",
    content: { made: 0, wished: 200, nodes: 1 },
    goalMebibytes: 90,
  },
  {
    name: "controller, 10,000 volumes",
    role: "controller",
    content: { made: 10_000, wished: 0, nodes: 50 },
    goalMebibytes: 120,
  },
];

/** Memory of the agents. */
export const bench: Bench = {
  title: "Memory of the agents",
  about: `The production bundle with the environment that the manifests give it, against the twin of an API server. The node makes its 200 volumes itself, on emulated
disks; the controller finds 10,000 LogicalVolumes and as many claims of 2 kB each on 50 nodes, looks for orphans among them, and keeps the ledger. Memory in MiB, resident, when all that is
done and ${restMs / 1000} s later, and at most; medians of ${runs} runs. The rest that is not its own is the program Node.js, which all its processes share.`,
  run: async (say) => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-bench-"));
    try {
      await bundle(join(folder, "dist"));
      const rows: Row[] = [];
      for (const one of cases) {
        const seen: Memory[] = [];
        for (let run = 0; run < runs; run += 1) {
          say(`${one.name}: ${run + 1} of ${runs}`);
          const own = await mkdtemp(join(folder, "run-"));
          seen.push(await measure(one, join(folder, "dist"), own));
        }
        rows.push({ one, ...medians(seen) });
      }
      return findings(rows);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
};

interface Memory {
  readonly done: number;
  readonly rest: number;
  readonly own: number;
  readonly peak: number;
}

interface Row extends Memory {
  readonly one: Case;
}

async function measure({ role, content }: Case, dist: string, folder: string): Promise<Memory> {
  const twin = await startTwin(folder, content);
  try {
    const args = role === "node" ? await nodeArguments(folder) : [];
    const { pid, stop } = await startAgent({ dist, role, kubeconfig: twin.kubeconfig, folder, args });
    try {
      while ((await twin.made()) < content.made + content.wished) await wait(50);
      const done = memoryOf(pid, "VmRSS");
      await wait(restMs);
      return { done, rest: memoryOf(pid, "VmRSS"), own: memoryOf(pid, "RssAnon"), peak: memoryOf(pid, "VmHWM") };
    } finally {
      stop();
    }
  } finally {
    twin.close();
  }
}

async function nodeArguments(folder: string): Promise<string[]> {
  const lvmd = {
    "socket-name": join(folder, "lvmd.sock"),
    "device-classes": [{ name: "ssd", "volume-group": "vg", default: true, "spare-gb": 0 }],
    emulated: { folder: join(folder, "vg"), "volume-groups": [{ name: "vg", size: "1Ti" }] },
  };
  const config = join(folder, "lvmd.yaml");
  await writeFile(config, JSON.stringify(lvmd));
  return ["--node-name", "n1", "--lvmd-config", config, "--state-dir", join(folder, "state")];
}

function medians(seen: readonly Memory[]): Memory {
  const of = (field: keyof Memory) => median(seen.map((one) => one[field]));
  return { done: of("done"), rest: of("rest"), own: of("own"), peak: of("peak") };
}

function findings(rows: readonly Row[]) {
  return {
    tables: [
      {
        caption: "Resident memory, MiB",
        columns: ["process", "when done", "at rest", "of it its own", "peak"],
        rows: rows.map(({ one, done, rest, own, peak }) => [one.name, ...[done, rest, own, peak].map(figure)]),
      },
    ],
    goals: rows.map(({ one, rest }) => ({
      text: `${one.name}: at rest ≤ ${one.goalMebibytes} MiB`,
      seen: `${figure(rest)} MiB`,
      met: rest <= one.goalMebibytes,
    })),
  };
}
