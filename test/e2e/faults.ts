import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { test } from "node:test";
import { parseQuantity } from "../../src/capacity/quantity.ts";
import { type Random, seededRandom } from "../fuzz/random.ts";
import type { RealCluster } from "./harness/cluster.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { settled } from "./harness/volumes.ts";
import { openWorkload, type Workload } from "./harness/workload.ts";

/** How many changes a run makes, and the seed of what they are: a failure is repeated with the seed that it told. */
const rounds = Number(process.env["NATIVESTOR_E2E_ROUNDS"] ?? 60);
const seed = Number(process.env["NATIVESTOR_SEED"] ?? Date.now() % 1_000_000);
const timeout = 480_000 + rounds * 8_000;
/** Between two changes at most: several are under way at any moment. */
const longestPauseMs = 700;
/** One change in so many is followed by a fault. */
const changesPerFault = 3;
/** A store that answers after this long is a slow one. */
const storeAwayMs = 1_500;
const lvmdAwayMs = 15_000;
const cutOffMs = 20_000;
/** Longer than a lease: another controller has the turn when this one goes on as if nothing had been. */
const frozenMs = 20_000;
const apiServerAwayMs = 60_000;

/** Programs are killed and connections break while volumes are made, grown, copied and removed. */
export function faultTests(cluster: RealCluster): void {
  test(`controllers, nodes and lvmd killed, watches cut, a slow store, lvmd and a node's network away, a controller frozen, at random moments: nothing is lost, doubled or left (seed ${seed}, ${rounds} changes)`, {
    timeout,
  }, async (t) => {
    const random = seededRandom(seed);
    const faults = faultsOf(cluster);
    const absences = absencesOf(cluster, random);
    const seen = new Map<string, number>();
    const away: Promise<void>[] = [];
    const told = await disturbed(cluster, "kills", seed, async (workload) => {
      for (let round = 0; round < rounds; round += 1) {
        away.push(...absences.filter(({ at }) => at === round).map(({ begin }) => begin()));
        await workload.change();
        await wait(random.below(longestPauseMs));
        if (random.below(changesPerFault) > 0) continue;
        const [name, fault] = random.pick(faults);
        seen.set(name, (seen.get(name) ?? 0) + 1);
        await fault();
      }
      await Promise.all(away);
    });
    t.diagnostic(`seed ${seed}: ${[...seen].map(([name, count]) => `${count} × ${name}`).join(", ")} among ${told}`);
  });
}

/** The API server goes away. After it, a request may be refused that is allowed: it serves before it knows its rules. */
export function apiServerTests(cluster: RealCluster): void {
  test("the API server was away for a minute in the middle of it", async (t) => {
    const told = await disturbed(cluster, "away", seed + 4, async (workload) => {
      await changeSome(workload, seededRandom(seed + 5), 10);
      await cluster.killApiServer();
      await wait(apiServerAwayMs);
      await cluster.startApiServer();
      await changeSome(workload, seededRandom(seed + 6), 10);
    });
    t.diagnostic(told);
  });
}

function faultsOf(cluster: RealCluster): (readonly [string, () => Promise<void>])[] {
  return [
    ...cluster.controllers.map((controller) => ["controller", () => controller.kill()] as const),
    ...cluster.nodes.flatMap((node) => node.programs.map((name) => [name, () => node.kill(name)] as const)),
    ["watches", async () => cluster.cutConnections()],
    ["store", () => cluster.pauseStore(storeAwayMs)],
  ];
}

/** What goes away for longer, each once, in a third of the rounds of its own: lvmd, a controller, and the network of a node. */
function absencesOf(cluster: RealCluster, random: Random): { at: number; begin: () => Promise<void> }[] {
  const absences = [
    () => cluster.node("n2").kill("lvmd", lvmdAwayMs),
    async () => cluster.controllers[0]?.freeze(frozenMs),
    () => cluster.node("n1").cutOff(cutOffMs),
  ];
  const third = Math.floor(rounds / absences.length);
  return absences.map((begin, index) => ({ at: index * third + random.below(third), begin }));
}

/** Has `disturb` work on a workload in a space of its own, and sees that all comes to rest. Answers what was done. */
async function disturbed(
  cluster: RealCluster,
  name: string,
  seedOfChanges: number,
  disturb: (workload: Workload) => Promise<void>,
): Promise<string> {
  const before = await settled(cluster);
  const space = await openSpace(cluster, name);
  const workload = openWorkload(space, seededRandom(seedOfChanges));
  await disturb(workload);
  await comesToRest(space, workload, before);
  return workload.counts();
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
