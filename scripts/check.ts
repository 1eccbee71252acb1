// `npm run check`: everything about the sources that a machine can tell without running them. Last line `N passed, N failed`.
import { spawn } from "node:child_process";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** A check by its name, as the command that makes it. */
const checks: Readonly<Record<string, readonly [string, ...string[]]>> = {
  types: ["tsc", "-p", "."],
  lint: ["oxlint", "--type-aware", "--deny-warnings"],
  format: ["biome", "format", "."],
  arrows: ["depcruise", "src", "--config", ".dependency-cruiser.cjs"],
  "dead code": ["knip"],
  "generated code": ["node", "scripts/generate.ts", "--check"],
  "generated pages": ["node", "scripts/metrics.ts", "--check"],
};

interface CheckResult {
  readonly name: string;
  readonly passed: boolean;
  readonly output: string;
}

// the tools are scripts that ask for `node`: they are to find the one that runs this
const path = [dirname(process.execPath), join(root, "node_modules/.bin"), process.env.PATH].join(delimiter);

function runCheck(name: string, [command, ...args]: readonly [string, ...string[]]): Promise<CheckResult> {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => chunks.push(chunk));
    const end = (passed: boolean, note: string) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${passed ? "ok  " : "FAIL"} ${name} (${seconds} s)`);
      resolve({ name, passed, output: Buffer.concat(chunks).toString("utf8") + note });
    };
    child.on("error", (error) => end(false, error.message));
    child.on("close", (code, signal) => end(code === 0, signal === null ? "" : `ended by ${signal}`));
  });
}

const results = await Promise.all(Object.entries(checks).map(([name, command]) => runCheck(name, command)));
const failed = results.filter(({ passed }) => !passed);
for (const { name, output } of failed) console.log(`\n✖ ${name}\n${output.trimEnd()}`);
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exitCode = failed.length === 0 ? 0 : 1;
