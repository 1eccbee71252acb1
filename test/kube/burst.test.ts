import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { countPlaced, createDemandingPod } from "./harness/burst.ts";
import { type ControlPlane, startControlPlane } from "./harness/control-plane.ts";
import { each } from "./harness/each.ts";
import { type Fleet, startFleet } from "./harness/fleet.ts";
import { createStorageClasses, eventsOf } from "./harness/objects.ts";
import type { Program } from "./harness/program.ts";
import { startScheduler } from "./harness/scheduler.ts";
import { type Service, startService } from "./harness/service.ts";
import { until } from "./harness/until.ts";

// with BURST=1000 as large as one likes; a small machine then takes two minutes
const count = Number(process.env.BURST ?? 300);
const surplus = Math.round(count / 10);
const names = (kind: string, many: number) => Array.from({ length: many }, (_, at) => `${kind}-${at}`);

let plane: ControlPlane;
let fleet: Fleet;
let service: Service;
let scheduler: Program;

before(async () => {
  plane = await startControlPlane("burst");
  await createStorageClasses(plane, ["ssd"]);
  fleet = await startFleet(plane, names("node", count), { freeGib: 3 });
  plane = fleet.plane;
  service = await startService(plane);
  scheduler = await startScheduler(plane, service, { perSecond: 500 });
});

after(async () => {
  await Promise.all([fleet.stop(), scheduler.stop(), service.stop()]);
  await plane.stop();
});

test(`${count} pods at once on ${count} nodes with one place each: every pod has a node, and no node was asked for more than it has`, async () => {
  await each(names("pod", count), 16, (name) => createDemandingPod(plane, name));
  await until("all pods are placed", async () => (await countPlaced(plane)) === count, 40_000 + 200 * count);
  assert.deepEqual(fleet.overcommitted, []);
});

test("pods beyond the places stay pending with our reason, and nothing is promised twice", async () => {
  await each(names("surplus", surplus), 16, (name) => createDemandingPod(plane, name));
  await until("the last of them is refused", async () => {
    const events = await eventsOf(plane, `surplus-${surplus - 1}`);
    return events.some(({ message, note }) => /out of VG free space/.test(message ?? note ?? ""));
  });
  assert.equal(await countPlaced(plane), count);
  assert.deepEqual(fleet.overcommitted, []);
});

test("nothing stays held when all is done", async () => {
  await until("the ledger is empty", async () => (await service.ledger()).holds.length === 0);
});
