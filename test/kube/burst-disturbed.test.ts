import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { seededRandom } from "../fuzz/random.ts";
import { countPlaced, createDemandingPod, namesOf, selectedNodes } from "./harness/burst.ts";
import { type Crowd, type CrowdOptions, startCrowd } from "./harness/crowd.ts";
import { each } from "./harness/each.ts";
import { removePod } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

const count = 60;

/** As many nodes with one place each, and schedulers whose client is as slow as it is by default. */
async function start(t: TestContext, purpose: string, schedulers: CrowdOptions["schedulers"] = ["default"]) {
  const nodes = Object.fromEntries(namesOf("node", count).map((name) => [name, { ssd: 3 }]));
  const crowd = await startCrowd(purpose, { nodes, schedulers });
  t.after(() => crowd.stop());
  return crowd;
}

async function allPlaced(crowd: Crowd): Promise<string[]> {
  await until("all pods are placed", async () => (await countPlaced(crowd.plane)) === count, 100_000, 250);
  return crowd.failures();
}

async function somePlaced({ plane }: Crowd): Promise<void> {
  await until("some choices are visible", async () =>
    [...(await selectedNodes(plane)).values()].some((node) => node !== undefined),
  );
}

test("the service is killed in the middle of a burst: the next one promises nothing twice", async (t) => {
  const crowd = await start(t, "burst-killed");
  const made = each(namesOf("pod", count), 16, (name) => createDemandingPod(crowd.plane, name));
  await somePlaced(crowd);
  await crowd.service.stop("SIGKILL");
  await crowd.service.start();
  await made;
  assert.deepEqual(await allPlaced(crowd), []);
});

test("the API server is restarted in the middle of a burst", async (t) => {
  const crowd = await start(t, "burst-api");
  await each(namesOf("pod", count), 16, (name) => createDemandingPod(crowd.plane, name));
  await somePlaced(crowd);
  await crowd.plane.killApiServer();
  await crowd.plane.startApiServer();
  // while it is away no LogicalVolume can be asked for, and while it starts nobody has any rights (403, told as INTERNAL);
  // what counts is that none had no room, and that none was lost from sight
  const passing = /code="(UNAVAILABLE|INTERNAL)"/;
  assert.deepEqual(
    (await allPlaced(crowd)).filter((failure) => !passing.test(failure)),
    [],
  );
});

test("two schedulers share the nodes of one burst", async (t) => {
  const crowd = await start(t, "burst-two", ["default", "second"]);
  await each(namesOf("pod", count), 16, (name) => {
    const schedulerName = Number(name.slice(4)) % 2 === 0 ? undefined : "nativestor-scheduler";
    return createDemandingPod(crowd.plane, name, { schedulerName });
  });
  assert.deepEqual(await allPlaced(crowd), []);
});

test("pods and claims that are deleted at random while the burst runs make way for others", async (t) => {
  const seed = Number(process.env.NATIVESTOR_SEED ?? Date.now() % 1_000_000);
  t.diagnostic(`NATIVESTOR_SEED=${seed}`);
  const random = seededRandom(seed);
  const crowd = await start(t, "burst-deleted");
  const { plane } = crowd;
  const here = namesOf("pod", count);
  const made = each([...here], 8, (name) => createDemandingPod(plane, name));
  for (const another of namesOf("another", 20)) {
    await somePlaced(crowd);
    const [name = ""] = here.splice(random.below(here.length), 1, another);
    // some are still to be made, and are removed then
    await until(`pod ${name} is there`, () => removePod(plane, name).then(() => true));
    await plane.api.remove(`/api/v1/namespaces/default/persistentvolumeclaims/${name}`);
    await createDemandingPod(plane, another);
  }
  await made;
  assert.deepEqual(await allPlaced(crowd), []);
});
