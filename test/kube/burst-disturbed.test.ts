import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { countPlaced, createDemandingPod } from "./harness/burst.ts";
import { type ControlPlane, startControlPlane } from "./harness/control-plane.ts";
import { each } from "./harness/each.ts";
import { type Fleet, startFleet } from "./harness/fleet.ts";
import { createStorageClasses, removePod } from "./harness/objects.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { type Service, startService } from "./harness/service.ts";
import { until } from "./harness/until.ts";

const count = 60;
const names = (kind: string, many: number) => Array.from({ length: many }, (_, at) => `${kind}-${at}`);

interface Started {
  readonly plane: ControlPlane;
  readonly fleet: Fleet;
  readonly service: Service;
}

/** As many nodes with one place each, and schedulers whose client is as slow as it is by default. */
async function start(t: TestContext, purpose: string, schedulers: readonly ("default" | "second")[] = ["default"]) {
  const bare = await startControlPlane(purpose);
  const parts: (() => Promise<unknown>)[] = [];
  t.after(async () => {
    await Promise.all(parts.map((stop) => stop()));
    await bare.stop();
  });
  await createStorageClasses(bare, ["ssd"]);
  const fleet = await startFleet(bare, names("node", count), 3);
  parts.push(() => fleet.stop());
  const { plane } = fleet;
  const service = await startService(plane);
  parts.push(() => service.stop());
  for (const which of schedulers) {
    const scheduler = await startScheduler(plane, service, { which });
    parts.push(() => scheduler.stop());
  }
  return { plane, fleet, service };
}

async function allPlaced({ plane, fleet }: Started, expected = count): Promise<void> {
  await until("all pods are placed", async () => (await countPlaced(plane)) === expected, 90_000);
  assert.deepEqual(fleet.overcommitted, []);
}

async function somePlaced({ plane }: Started): Promise<void> {
  const claims = "/api/v1/namespaces/default/persistentvolumeclaims";
  await until("some choices are visible", async () => {
    const list = await plane.api.list(claims);
    return list.some(({ metadata }) => metadata.annotations?.["volume.kubernetes.io/selected-node"] !== undefined);
  });
}

test("the service is killed in the middle of a burst: the next one promises nothing twice", async (t) => {
  const started = await start(t, "burst-killed");
  const made = each(names("pod", count), 16, (name) => createDemandingPod(started.plane, name));
  await somePlaced(started);
  await started.service.stop("SIGKILL");
  await started.service.start();
  await made;
  await allPlaced(started);
});

test("the API server is restarted in the middle of a burst", async (t) => {
  const started = await start(t, "burst-api");
  await each(names("pod", count), 16, (name) => createDemandingPod(started.plane, name));
  await somePlaced(started);
  await started.plane.killApiServer();
  await started.plane.startApiServer();
  await allPlaced(started);
});

test("two schedulers share the nodes of one burst", async (t) => {
  const started = await start(t, "burst-two", ["default", "second"]);
  await each(names("pod", count), 16, (name) =>
    createDemandingPod(started.plane, name, {
      schedulerName: name.endsWith("1") ? "nativestor-scheduler" : undefined,
    }),
  );
  await allPlaced(started);
});

test("pods and claims that are deleted while the burst runs make way for others", async (t) => {
  const started = await start(t, "burst-deleted");
  const { plane } = started;
  const gone = names("gone", 10);
  await each([...gone, ...names("pod", count - 10)], 16, (name) => createDemandingPod(plane, name));
  for (const name of gone) {
    await removePod(plane, name);
    await plane.api.remove(`/api/v1/namespaces/default/persistentvolumeclaims/${name}`);
  }
  await until("the others are placed", async () => (await countPlaced(plane)) >= count - 10, 90_000);
  assert.deepEqual(started.fleet.overcommitted, []);
});
