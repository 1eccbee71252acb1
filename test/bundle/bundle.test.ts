import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import manifest from "../../package.json" with { type: "json" };
import { bundle } from "../../scripts/bundle.ts";
import { startFakeApiServer } from "../cluster/fake-api-server.ts";
import { eventually } from "../support/eventually.ts";
import { podDemanding, nodeOffering } from "../support/extender-rig.ts";
import { post, request } from "../support/https-client.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "nativestor-bundle-"));
const program = join(folder, "nativestor.js");
// nothing beside it: no node_modules, no sources
const cwd = join(folder, "elsewhere");

let outputs: Awaited<ReturnType<typeof bundle>>["outputs"];

before(async () => {
  mkdirSync(cwd);
  ({ outputs } = await bundle(folder));
});

after(() => rmSync(folder, { recursive: true, force: true }));

/** Larger than what the main thread reads itself, so that the worker's file has to be found. */
const largeNodes = Array.from({ length: 200 }, (_, at) => ({
  ...nodeOffering(`node-${at}`, { ssd: 100 }),
  status: { padding: "x".repeat(11_000) },
}));

test("the bundle tells its version where there is nothing but it", async () => {
  const { stdout } = await run(process.execPath, [program, "--version"], { cwd });
  assert.equal(stdout, `${manifest.version}\n`);
});

/** Names of the outputs that hold a source whose path has this part. */
const holding = (part: string) =>
  Object.keys(outputs).filter((name) => Object.keys(outputs[name]?.inputs ?? {}).some((input) => input.includes(part)));

/** All that is read together with an output, without what it imports later. */
function readWith(name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const { path, kind } of outputs[name]?.imports ?? []) if (kind === "import-statement") readWith(path, seen);
  return seen;
}

test("the large Kubernetes client is read only for a credential plugin, not by every start", () => {
  const large = holding("node_modules/@kubernetes/client-node/");
  const start = holding("src/cli/roles/serve.ts").flatMap((name) => [...readWith(name)]);
  assert.ok(large.length > 0 && start.length > 0);
  assert.deepEqual(
    start.filter((name) => large.includes(name)),
    [],
  );
});

test("the bundle serves a folder of manifests, and reads large requests in its worker", async (t) => {
  const manifests = join(cwd, "manifests");
  cpSync(fileURLToPath(new URL("../../examples/quickstart", import.meta.url)), manifests, { recursive: true });
  const flags = ["serve", "--manifests", "manifests", "--listen", "127.0.0.1:0", "--log-format", "json"];
  const child = spawn(process.execPath, [program, ...flags], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  const port = await portOf(child.stderr);
  const to = { port, ca: await readFile(join(cwd, "certs/ca.crt"), "utf8") };
  assert.equal((await request({ ...to, path: "/readyz" })).status, 200);
  const answer = await post("/filter", { Pod: podDemanding({ ssd: 1 }), Nodes: { items: largeNodes } }, to);
  assert.equal((answer.json() as { nodes: { items: unknown[] } }).nodes.items.length, 200);
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  assert.deepEqual(await ended, [0, null]);
});

test("the bundle reads a cluster from an API server", async (t) => {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  const kubeconfig = join(cwd, "kubeconfig");
  const users = [{ name: "u", user: { token: "none" } }];
  const clusters = [{ name: "c", cluster: { server: api.url } }];
  const contexts = [{ name: "x", context: { cluster: "c", user: "u" } }];
  await writeFile(kubeconfig, JSON.stringify({ clusters, users, contexts, "current-context": "x" }));
  const flags = ["controller", "--kubeconfig", kubeconfig, "--csi-socket", join(cwd, "csi.sock")];
  const child = spawn(process.execPath, [program, ...flags], { cwd, stdio: ["ignore", "ignore", "pipe"] });
  t.after(() => child.kill("SIGKILL"));
  await eventually("three watches", () => api.openWatches >= 3);
  await eventually("a lease", () => api.requests.some((one) => one.startsWith("POST /apis/coordination.k8s.io/")));
});

test("the bundle serves LVM, and ends in good order", async (t) => {
  const socket = join(cwd, "lvmd.sock");
  const config = join(cwd, "lvmd.yaml");
  const classes = "device-classes: [{name: a, volume-group: v}], emulated: {volume-groups: [{name: v, size: 1Gi}]}";
  await writeFile(config, `{socket-name: ${socket}, ${classes}}`);
  const child = spawn(process.execPath, [program, "lvmd", "--config", config], {
    cwd,
    stdio: ["ignore", "ignore", "pipe"],
  });
  t.after(() => child.kill("SIGKILL"));
  const ended = once(child, "exit");
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stderr })) {
    lines.push(line);
    if (line.includes("lvmd listens")) child.kill("SIGTERM");
  }
  assert.deepEqual(await ended, [0, null], lines.join("\n"));
  assert.match(lines.join(), /lvmd listens.*lvmd has stopped/);
});

async function portOf(log: NodeJS.ReadableStream): Promise<number> {
  const lines: string[] = [];
  for await (const line of createInterface({ input: log })) {
    lines.push(line);
    const { msg, port } = JSON.parse(line) as { msg?: string; port?: number };
    if (msg === "serving" && port !== undefined) return port;
  }
  throw new Error(`the service ended:\n${lines.join("\n")}`);
}
