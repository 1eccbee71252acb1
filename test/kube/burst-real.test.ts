import assert from "node:assert/strict";
import { after, test } from "node:test";
import { countPlaced, createDemandingPod, namesOf } from "./harness/burst.ts";
import { startCrowd } from "./harness/crowd.ts";
import { each } from "./harness/each.ts";
import { eventsOf } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

// with BURST=1000 as large as one likes
const count = Number(process.env.BURST ?? 100);
const surplus = Math.round(count / 10);
const limitMs = 60_000 + 400 * count;

const crowd = await startCrowd("burst-real", {
  nodes: Object.fromEntries(namesOf("node", count).map((name) => [name, { ssd: 3 }])),
  perSecond: 500,
});
const { plane, service } = crowd;
after(() => crowd.stop());

test(`${count} pods at once on ${count} nodes with one place each: every volume is made where its pod was sent, at the first attempt`, async (t) => {
  const begunAt = performance.now();
  await each(namesOf("pod", count), 16, (name) => createDemandingPod(plane, name));
  await until("all pods are placed", async () => (await countPlaced(plane)) === count, limitMs, 250);
  t.diagnostic(`${count} pods have their volumes after ${Math.round((performance.now() - begunAt) / 1000)} s`);
  assert.deepEqual(await crowd.failures(), []);
  const events = await plane.api.list<{ reason: string } & { metadata: { name: string } }>("/api/v1/events");
  assert.deepEqual(
    events.filter(({ reason }) => reason === "ProvisioningFailed"),
    [],
  );
});

test("pods beyond the places stay pending with our reason, and no volume of theirs is tried", async () => {
  await each(namesOf("surplus", surplus), 16, (name) => createDemandingPod(plane, name));
  await until("the last of them is refused", async () => {
    const events = await eventsOf(plane, `surplus-${surplus - 1}`);
    return events.some(({ message, note }) => /out of VG free space/.test(message ?? note ?? ""));
  });
  assert.equal(await countPlaced(plane), count);
  assert.deepEqual(await crowd.failures(), []);
});

test("nothing stays held when all is done", async () => {
  await until("the ledger is empty", async () => (await service.ledger()).holds.length === 0);
});
