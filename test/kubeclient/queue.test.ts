import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { type Again, createWorkQueue, type QueueOptions } from "../../src/kube/queue.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";

interface Job {
  readonly key: string;
  readonly signal: AbortSignal;
  end(again?: Again): void;
  fail(): void;
}

/** A queue whose work ends when the test says so. */
function create(options: Partial<QueueOptions> = {}) {
  const clock = turnedClock();
  const jobs: Job[] = [];
  const queue = createWorkQueue({
    name: "test",
    work: (key, signal) =>
      new Promise((resolve, reject) => {
        jobs.push({ key, signal, end: (again) => resolve(again), fail: () => reject(new Error("failed")) });
      }),
    concurrency: 2,
    clock,
    random: () => 0,
    log: silentLogger,
    backoff: { firstMs: 100, longestMs: 1_000 },
    ...options,
  });
  const begun = (count: number) => eventually(`${count} jobs`, () => jobs.length === count);
  const keys = () => jobs.map(({ key }) => key);
  const waits = () => eventually("a waiting key", () => clock.pending === 1);
  return { clock, jobs, queue, begun, keys, waits };
}

test("no more keys are worked on at once than are allowed, and the rest in their order", async () => {
  const { queue, jobs, begun, keys } = create();
  for (const key of ["a", "b", "c", "d"]) queue.add(key);
  assert.deepEqual(keys(), ["a", "b"]);
  jobs[0]?.end();
  await begun(3);
  jobs[1]?.end();
  await begun(4);
  assert.deepEqual(keys(), ["a", "b", "c", "d"]);
});

test("a key that is queued already is worked on once", async () => {
  const { queue, jobs, begun, keys } = create({ concurrency: 1 });
  for (const key of ["a", "b", "b", "b"]) queue.add(key);
  jobs[0]?.end();
  await begun(2);
  jobs[1]?.end();
  await eventually("an empty queue", () => queue.size === 0);
  assert.deepEqual(keys(), ["a", "b"]);
});

test("a key that is added while it is worked on comes once more, after that", async () => {
  const { queue, jobs, begun } = create();
  queue.add("a");
  queue.add("a");
  queue.add("a");
  assert.equal(jobs.length, 1);
  jobs[0]?.end();
  await begun(2);
  jobs[1]?.end();
  await eventually("an empty queue", () => queue.size === 0);
  assert.equal(jobs.length, 2);
});

test("a key that fails comes again after waits that double up to a bound", async () => {
  const { queue, jobs, clock, begun, waits } = create();
  queue.add("a");
  let count = 1;
  for (const waitMs of [100, 200, 400, 800, 1_000, 1_000]) {
    jobs[count - 1]?.fail();
    await waits();
    clock.turn(waitMs - 1);
    assert.equal(jobs.length, count, `not before ${waitMs} ms`);
    clock.turn(1);
    count += 1;
    await begun(count);
  }
});

test("success forgets the failures", async () => {
  const { queue, jobs, clock, begun, waits } = create();
  queue.add("a");
  jobs[0]?.fail();
  await waits();
  clock.turn(100);
  await begun(2);
  jobs[1]?.end();
  await eventually("an empty queue", () => queue.size === 0);
  queue.add("a");
  jobs[2]?.fail();
  await waits();
  clock.turn(100);
  await begun(4);
});

test("chance shortens a wait by up to half", async () => {
  const { queue, jobs, clock, begun, waits } = create({ random: () => 0.999 });
  queue.add("a");
  jobs[0]?.fail();
  await waits();
  clock.turn(51);
  await begun(2);
});

test("a key that waits after a failure comes at once when it is added", async () => {
  const { queue, jobs, clock, begun, waits } = create();
  queue.add("a");
  jobs[0]?.fail();
  await waits();
  queue.add("a");
  await begun(2);
  assert.equal(clock.pending, 0, "the wait is over");
});

test("work that asks for it comes again after the time that it names", async () => {
  const { queue, jobs, clock, begun, waits } = create();
  queue.add("a");
  jobs[0]?.end({ afterMs: 5_000 });
  await waits();
  clock.turn(5_000);
  await begun(2);
});

test("what was worked on is told with its time, whether it failed or not", async () => {
  const seen: string[] = [];
  const { queue, jobs, clock, begun, waits } = create({
    observe: (result, tookMs) => seen.push(`${result} ${tookMs}`),
  });
  queue.add("a");
  clock.turn(70);
  jobs[0]?.fail();
  await waits();
  clock.turn(100);
  await begun(2);
  clock.turn(30);
  jobs[1]?.end();
  await eventually("an empty queue", () => queue.size === 0);
  assert.deepEqual(seen, ["failed 70", "done 30"]);
});

test("closing waits for what is worked on, tells it, and begins nothing more", async () => {
  const { queue, jobs } = create({ concurrency: 1 });
  queue.add("a");
  queue.add("b");
  const closed = queue.close();
  assert.equal(jobs[0]?.signal.aborted, true);
  assert.equal(await Promise.race([closed.then(() => "closed"), Promise.resolve("open")]), "open");
  jobs[0]?.end();
  await closed;
  queue.add("c");
  assert.equal(jobs.length, 1);
  assert.equal(queue.size, 0);
});

test("closing gives up what waits", async () => {
  const { queue, jobs, clock, waits } = create();
  queue.add("a");
  jobs[0]?.fail();
  await waits();
  await queue.close();
  assert.equal(clock.pending, 0);
});
