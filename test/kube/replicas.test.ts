import assert from "node:assert/strict";
import { test } from "node:test";
import { startBalancer } from "./harness/balancer.ts";
import { countPlaced, createDemandingPod } from "./harness/burst.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { each } from "./harness/each.ts";
import { startFleet } from "./harness/fleet.ts";
import { createStorageClasses } from "./harness/objects.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { type Service, startService } from "./harness/service.ts";
import { until } from "./harness/until.ts";

const count = 60;
const names = (kind: string) => Array.from({ length: count }, (_, at) => `${kind}-${at}`);

test("of two replicas one answers; it is killed in the middle of a burst, and the other takes over without promising twice", async (t) => {
  const bare = await startControlPlane("replicas");
  const parts: (() => unknown)[] = [];
  t.after(async () => {
    await Promise.all(parts.map((stop) => stop()));
    await bare.stop();
  });
  await createStorageClasses(bare, ["ssd"]);
  const fleet = await startFleet(bare, names("node"), { freeGib: 3 });
  parts.push(() => fleet.stop());
  const { plane } = fleet;
  const replicas: Service[] = [];
  for (let replica = 0; replica < 2; replica += 1) {
    const service = await startService(plane, ["--lease=on"]);
    replicas.push(service);
    parts.push(() => service.stop());
  }
  const balancer = await startBalancer(replicas.map(({ port }) => port));
  parts.push(() => balancer.close());
  const [{ caFile } = { caFile: "" }] = replicas;
  const scheduler = await startScheduler(plane, { url: `https://127.0.0.1:${balancer.port}`, caFile });
  parts.push(() => scheduler.stop());

  const leader = await until("one of them leads", async () => {
    for (const service of replicas) if ((await service.metric("nativestor_leading")) === 1) return service;
    return undefined;
  });
  const [other] = replicas.filter((service) => service !== leader);
  assert.ok(other !== undefined);
  assert.equal(await other.metric("nativestor_leading"), 0);

  const made = each(names("pod"), 16, (name) => createDemandingPod(plane, name));
  await until("some pods are let through", async () => (await leader.ledger()).holds.length > 10);
  await leader.stop("SIGKILL");
  const killedAt = performance.now();
  await until("the other one promises", async () => (await other.ledger()).waiting === undefined);
  const tookMs = performance.now() - killedAt;
  t.diagnostic(`took over after ${Math.round(tookMs)} ms`);
  // longer only while choices of the one that is gone come to light
  assert.ok(tookMs < 10_000);
  await made;
  await until("all pods are placed", async () => (await countPlaced(plane)) === count, 90_000);
  assert.deepEqual(fleet.overcommitted, []);
});
