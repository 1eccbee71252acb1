import assert from "node:assert/strict";
import { test } from "node:test";
import { legacyNames } from "../../../src/capacity/names.ts";
import { nodeSettings } from "../../../src/cli/node/settings.ts";
import { nodeTable } from "../../../src/cli/node/table.ts";
import { resolveSettings } from "../../../src/cli/settings/resolve.ts";

function settings(flags: Record<string, readonly string[] | boolean>, env: Record<string, string> = {}) {
  return nodeSettings(resolveSettings(nodeTable, { flags, env, file: undefined }), env);
}

test("a node needs its name, which the pod's environment may tell in either way", () => {
  assert.throws(() => settings({}), { code: "invalid-argument", message: /--node-name NAME is missing/ });
  assert.equal(settings({}, { NODE_NAME: "n1" }).nodeName, "n1");
  assert.equal(settings({}, { NODE_NAME: "n1", NATIVESTOR_NODE_NAME: "n2" }).nodeName, "n2");
  assert.equal(settings({ "node-name": ["n3"] }, { NATIVESTOR_NODE_NAME: "n2" }).nodeName, "n3");
});

test("lvmd is where TopoLVM has it, or where it is said, or in this process", () => {
  const name = { "node-name": ["n1"] };
  assert.deepEqual(settings(name).lvmd, { socketPath: "/run/topolvm/lvmd.sock" });
  assert.deepEqual(settings({ ...name, "lvmd-socket": ["/s"] }).lvmd, { socketPath: "/s" });
  assert.deepEqual(settings({ ...name, "lvmd-config": ["/c"] }).lvmd, { configPath: "/c" });
  assert.throws(() => settings({ ...name, "lvmd-socket": ["/s"], "lvmd-config": ["/c"] }), /contradict each other/);
});

test("kubelet finds the socket where we serve it unless it is told otherwise", () => {
  const name = { "node-name": ["n1"] };
  assert.equal(settings({ ...name, "csi-socket": ["/a"] }).kubeletSocket, "/a");
  assert.equal(settings({ ...name, "csi-socket": ["/a"], "kubelet-csi-socket": ["/b"] }).kubeletSocket, "/b");
});

test("orphans are only told of unless removal is asked for", () => {
  const name = { "node-name": ["n1"] };
  assert.deepEqual(settings(name).orphans, { mode: "report", graceMs: 86_400_000, everyMs: 600_000 });
  const asked = { orphans: ["remove"], "orphan-grace": ["1h"], "orphan-interval": ["30s"] };
  assert.deepEqual(settings({ ...name, ...asked }).orphans, { mode: "remove", graceMs: 3_600_000, everyMs: 30_000 });
});

test("the legacy names are a switch", () => {
  assert.equal(settings({ "node-name": ["n1"], "legacy-names": true }).names, legacyNames);
});
