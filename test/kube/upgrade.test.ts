import assert from "node:assert/strict";
import { test } from "node:test";
import { startBalancer } from "./harness/balancer.ts";
import { countPlaced, createDemandingPod, namesOf } from "./harness/burst.ts";
import { startControlPlane } from "./harness/control-plane.ts";
import { startFleet } from "./harness/fleet.ts";
import { createStorageClasses } from "./harness/objects.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { type Service, startService } from "./harness/service.ts";
import { until } from "./harness/until.ts";
import { registerWebhooks } from "./harness/webhooks.ts";

const places = 300;
const makers = 4;

test("two replicas are exchanged as an upgrade does while pods are made: none is refused, each gets a node, none is promised twice", async (t) => {
  const bare = await startControlPlane("upgrade");
  const parts: (() => unknown)[] = [];
  t.after(async () => {
    await Promise.all(parts.map((stop) => stop()));
    await bare.stop();
  });
  await createStorageClasses(bare, ["ssd"]);
  const fleet = await startFleet(bare, namesOf("node", places), { freeGib: 3 });
  parts.push(() => fleet.stop());
  const { plane } = fleet;
  const start = async (...flags: string[]): Promise<Service> => {
    const service = await startService(plane, ["--lease=on", ...flags]);
    parts.push(() => service.stop());
    return service;
  };
  const old = [await start(), await start()];
  const backends = old.map(({ port }) => port);
  const balancer = await startBalancer(backends);
  parts.push(() => balancer.close());
  const reached = { url: `https://127.0.0.1:${balancer.port}`, caFile: old[0]?.caFile ?? "" };
  await registerWebhooks(plane, reached, "ssd");
  const scheduler = await startScheduler(plane, reached);
  parts.push(() => scheduler.stop());

  const names = namesOf("pod", places);
  const exchanged = new AbortController();
  let made = 0;
  const make = async () => {
    for (let name = names.shift(); name !== undefined && !exchanged.signal.aborted; name = names.shift()) {
      await createDemandingPod(plane, name, { isMarked: false });
      made += 1;
      const { spec } = await until(`${name} has a node`, async () => {
        const pod = await plane.api.get(`/api/v1/namespaces/default/pods/${name}`);
        return pod.spec?.["nodeName"] !== undefined && pod;
      });
      assert.match(JSON.stringify(spec), /"topolvm.io\/capacity":"1"/);
    }
  };
  const making = Promise.all(Array.from({ length: makers }, make));
  await until("pods are placed", async () => (await countPlaced(plane)) > 0);
  for (const one of old) {
    // the new one is there before the old one is told to end, and is called no more
    backends.push((await start("--default-strategy=best-fit")).port);
    backends.splice(backends.indexOf(one.port), 1);
    await one.stop();
  }
  exchanged.abort();
  await making;
  t.diagnostic(`${made} pods meanwhile`);
  assert.equal(await countPlaced(plane), made);
  assert.deepEqual(fleet.overcommitted, []);
});
