import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "prom-client";
import { isClusterWell, registerClusterHealth } from "../../src/controllers/health.ts";
import { createFakeView, roomOf } from "../support/fake-view.ts";

const node = { name: "n1", supply: roomOf({ ssd: 1 }), optionClasses: undefined };
const viewOf = (nodes: Parameters<typeof isClusterWell>[0]["nodes"], health = { synced: true, ageMs: 0 }) => ({
  nodes,
  health: () => health,
});

test("a cluster is well where the API server answers and each node's room is known", () => {
  assert.ok(isClusterWell(viewOf(() => [node])));
  assert.ok(isClusterWell(createFakeView()));
});

test("a cluster is not well where a node has given up its room", () => {
  assert.ok(!isClusterWell(viewOf(() => [node, { ...node, name: "n2", isUnavailable: true }])));
});

for (const [what, health] of [
  ["has not been read yet", { synced: false, ageMs: Infinity }],
  ["was last heard of more than a minute ago", { synced: true, ageMs: 60_001 }],
] as const)
  test(`a cluster is not well that ${what}`, () => assert.ok(!isClusterWell(viewOf(() => [node], health))));

test("the health of a cluster is told under topolvm-operator's name: 0 well, 1 not", async () => {
  const registry = new Registry();
  let well = true;
  registerClusterHealth(registry, "east", () => well);
  assert.match(await registry.metrics(), /^topolvm_health_cluster_status\{cluster_name="east"\} 0$/m);
  well = false;
  assert.match(await registry.metrics(), /^topolvm_health_cluster_status\{cluster_name="east"\} 1$/m);
});
