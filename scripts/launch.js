#!/usr/bin/env node
// `npm start`, `npm test` and the like on a machine that has Node ≥ 20 and npm and nothing else:
// installs what the lock file says, finds the Node that came with it, and hands over.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "./install.js";
import { findNode } from "./runtime.js";

const root = fileURLToPath(new URL("..", import.meta.url));

/** What each npm script runs, and which packages it needs. */
const commands = {
  start: { extent: "run", args: startArgs },
  test: { extent: "develop", args: (rest) => ["test/run.ts", ...rest] },
  "test:setup": { extent: "develop", args: (rest) => ["test/setup.ts", ...rest] },
  bench: { extent: "develop", args: (rest) => ["test/bench/run.ts", ...rest] },
  fuzz: { extent: "develop", args: (rest) => ["test/fuzz/run.ts", ...rest] },
  build: { extent: "develop", args: () => ["scripts/build.ts"] },
  generate: { extent: "develop", args: () => ["scripts/generate.ts"] },
  image: { extent: "develop", args: (rest) => ["scripts/image.ts", ...rest] },
  check: { extent: "develop", args: () => ["scripts/check.ts"] },
};

/** The main job on the embedded default: the quickstart's cluster, unless the caller names another one. */
function startArgs(rest) {
  const own = rest.some((a) => /^--(manifests|kubeconfig|config|help)(=|$)/.test(a) || a === "-h");
  const source = own ? [] : ["--manifests", `${root}examples/quickstart`, "--emulate"];
  return ["src/main.ts", "serve", "--listen", "127.0.0.1:9443", "--walkthrough", ...source, ...rest];
}

function main([name, ...rest]) {
  const command = commands[name];
  if (command === undefined) throw new Error(`unknown command ${name}; known: ${Object.keys(commands).join(", ")}`);
  ensureInstalled(command.extent);
  const node = findNode();
  if (node === undefined)
    throw new Error(`needs Node 22.19 or later; this is ${process.version} and none came from npm`);
  const args = command.args(rest);
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", root + args[0], ...args.slice(1)], {
    stdio: "inherit",
  });
  // the terminal sends Ctrl-C to the whole group: stay until the child has stopped in its own way
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("error", (error) => fail(error));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
}

function fail(error) {
  process.stderr.write(`nativestor: ${error.message}\n`);
  process.exit(1);
}

try {
  main(process.argv.slice(2));
} catch (error) {
  fail(error);
}
