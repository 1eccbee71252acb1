#!/usr/bin/env node
// The command `nativestor`: the sources in a checkout, else the bundle, on a Node that is new enough.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { ensureInstalled } from "../scripts/install.js";
import { findNode, isNewEnough } from "../scripts/runtime.js";

const bundle = new URL("../dist/nativestor.js", import.meta.url);
const source = new URL("../src/main.ts", import.meta.url);
const program = existsSync(source) ? source : bundle;

if (program === source) ensureInstalled("run");
if (isNewEnough()) {
  await import(program.href);
} else {
  const node = findNode();
  if (node === undefined) {
    process.stderr.write(`nativestor: needs Node 22.19 or later; this is ${process.version} and none came from npm\n`);
    process.exit(1);
  }
  const child = spawn(node, [fileURLToPath(program), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"])
    process.on(signal, () => signal !== "SIGINT" && child.kill(signal));
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 1));
}
