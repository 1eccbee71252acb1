// Generates src/gen from proto/. With --check it only tells whether src/gen is what would be generated.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const committed = join(root, "src/gen");

/** Writes the code for every file of proto/ into `folder`. */
function generate(folder: string): void {
  const done = spawnSync(
    process.execPath,
    [
      join(root, "node_modules/@bufbuild/buf/bin/buf"),
      "generate",
      "proto",
      "--template",
      "proto/buf.gen.yaml",
      "-o",
      folder,
    ],
    // buf starts the plugin with the `node` of the PATH: this one, whatever else is installed
    {
      cwd: root,
      stdio: "inherit",
      env: { ...process.env, PATH: `${dirname(process.execPath)}${delimiter}${process.env.PATH}` },
    },
  );
  if (done.status !== 0)
    throw new Error(`buf generate failed (${done.error?.message ?? `exit status ${done.status}`})`);
}

/** Files of src/gen that differ from what proto/ gives now, by name. */
function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), "nativestor-gen-"));
  try {
    generate(fresh);
    const names = new Set([...filesIn(fresh), ...filesIn(committed)]);
    return [...names].filter((name) => textOf(join(fresh, name)) !== textOf(join(committed, name)));
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined; // one side only: differs
  }
}

if (import.meta.main) {
  if (process.argv.includes("--check")) {
    const stale = staleFiles();
    if (stale.length > 0) {
      console.error(`src/gen is not current (${stale.join(", ")}): run npm run generate`);
      process.exitCode = 1;
    }
  } else {
    generate(committed);
  }
}
