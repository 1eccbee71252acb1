import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { describe, test } from "node:test";
import { parseQuantity } from "../../src/capacity/quantity.ts";
import { type Random, seededRandom } from "../fuzz/random.ts";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { settled } from "./harness/volumes.ts";
import { openWorkload, type Workload } from "./harness/workload.ts";

/** How many changes a run makes, and the seed of what they are: a failure is repeated with the seed that it told. */
const rounds = Number(process.env["NATIVESTOR_E2E_ROUNDS"] ?? 80);
const seed = Number(process.env["NATIVESTOR_SEED"] ?? Date.now() % 1_000_000);
/** Between two changes at most: several are under way at any moment. */
const longestPauseMs = 700;
/** One change in so many is followed by a kill. */
const changesPerKill = 3;
const apiServerAwayMs = 15_000;

/** Programs are killed and the API server goes away while volumes are made, grown, copied and removed. */
export function faultTests(cluster: RealCluster): void {
  describe("faults", () => {
    test(`controller and nodes killed at random moments: nothing is lost, doubled or left (seed ${seed}, ${rounds} changes)`, async (t) => {
      const before = await settled(cluster);
      const space = await openSpace(cluster, "kills");
      const random = seededRandom(seed);
      const workload = openWorkload(space, random);
      const victims = [() => cluster.killController(), ...cluster.nodes.map((node) => () => node.killAgent())];
      let kills = 0;
      for (let round = 0; round < rounds; round += 1) {
        await workload.change();
        await wait(random.below(longestPauseMs));
        if (random.below(changesPerKill) > 0) continue;
        kills += 1;
        await random.pick(victims)();
      }
      t.diagnostic(`seed ${seed}: ${kills} kills among ${workload.counts()}`);
      await comesToRest(space, workload, before);
    });

    test("the API server was away in the middle of it", async (t) => {
      const before = await settled(cluster);
      const space = await openSpace(cluster, "away");
      const workload = openWorkload(space, seededRandom(seed + 1));
      await changeSome(workload, seededRandom(seed + 2), 10);
      await cluster.killApiServer();
      await wait(apiServerAwayMs);
      await cluster.startApiServer();
      await changeSome(workload, seededRandom(seed + 3), 10);
      t.diagnostic(workload.counts());
      await comesToRest(space, workload, before);
    });
  });
}

async function changeSome(workload: Workload, random: Random, count: number): Promise<void> {
  for (let change = 0; change < count; change += 1) {
    await workload.change();
    await wait(random.below(longestPauseMs));
  }
}

/**
 * Every wish is fulfilled, all accounts agree, and in the end nothing is left.
 * @param before volumes that were there before
 */
async function comesToRest(space: Space, workload: Workload, before: readonly string[]): Promise<void> {
  for (const [name, size] of workload.claims())
    await space.eventually(`${name} is bound with ${size}`, name, async () => {
      const { status } = await space.claim(name);
      const has = status.capacity?.storage;
      return status.phase === "Bound" && has !== undefined && parseQuantity(has) === parseQuantity(size);
    });
  await workload.snapshotsReady();
  const onDisk = await settled(space.cluster);
  assert.ok(onDisk.length >= workload.claims().size, `${onDisk.length} volumes on disk`);
  await workload.end();
  await space.end();
  assert.deepEqual(await settled(space.cluster), before);
}
