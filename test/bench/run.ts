// `npm run bench [-- NAME…]`: takes the figures of docs/performance.md, one bench after the other.
import { fork } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { messageOf } from "../../src/base/errors.ts";
import { updated } from "./support/document.ts";
import type { Told } from "./support/run-one.ts";

const here = new URL(".", import.meta.url);
const documentPath = fileURLToPath(new URL("../../docs/performance.md", here));
const imagesFolder = new URL("../../docs/images/", here);
const ending = ".bench.ts";

type Section = Extract<Told, { kind: "section" }>;

const head = `# Performance

Written by \`npm run bench\`; \`npm run bench -- NAME…\` takes the figures of some sections anew. Nothing else should run on the machine
meanwhile: a goal that is missed on a busy one says little, which is why ratios stand beside the times.

- Load comes from a process of its own over HTTPS (TLS 1.3, kept connections); code is warmed up first.
- The *echo* is the least that a JSON route on this stack (Node.js, fastify, TLS) can do: the same server reads and parses the same request, looks
  at none of it, and sends the same bytes as the service, which stand ready. Service and echo run in two processes and take turns in rounds; a ratio is the median
  of the rounds' ratios.
- A *stall* is the time that the event loop of the server was held up, measured inside it by a timer that is due every
  millisecond. What the operating system gives to other processes meanwhile is in it; "own CPU" is what the thread
  itself has used of it, and "most own CPU" the most that it has used of any one.
- *CPU* is what one request takes of the server process, garbage collection included.
`;

async function main(words: readonly string[]): Promise<boolean> {
  const names = benchNames();
  const unknown = words.filter((word) => !names.includes(word));
  if (unknown.length > 0) throw new Error(`no bench is called ${unknown.join(", ")}; there are ${names.join(", ")}`);
  let failed = 0;
  for (const name of names.filter((one) => words.length === 0 || words.includes(one))) {
    console.log(`# ${name}`);
    try {
      const { text, pictures } = await runBench(name);
      console.log(`\n${text}`);
      for (const { file, svg } of pictures) writeFileSync(new URL(file, imagesFolder), svg);
      writeFileSync(documentPath, updated(documentText(), head, names, new Map([[name, text]])));
    } catch (error) {
      failed += 1;
      console.error(`${name} failed: ${messageOf(error)}`);
    }
  }
  console.log(`written to docs/performance.md${failed === 0 ? "" : `; ${failed} failed`}`);
  return failed === 0;
}

function benchNames(): string[] {
  const files = readdirSync(here).filter((file) => file.endsWith(ending));
  return files.map((file) => file.slice(0, -ending.length)).sort();
}

function documentText(): string {
  try {
    return readFileSync(documentPath, "utf8");
  } catch {
    return ""; // the first run
  }
}

function runBench(name: string): Promise<Section> {
  const file = new URL(`${name}${ending}`, here);
  const child = fork(new URL("./support/run-one.ts", here), [file.href], {
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  let section: Section | undefined;
  child.on("message", (told: Told) => {
    if (told.kind === "section") section = told;
    else console.log(`- ${told.text}`);
  });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      if (section === undefined || code !== 0)
        reject(new Error(`its process ended with ${signal ?? `status ${code}`}`));
      else resolve(section);
    });
  });
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(`npm run bench: ${messageOf(error)}`);
  process.exitCode = 2;
}
