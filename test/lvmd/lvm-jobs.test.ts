import assert from "node:assert/strict";
import { test } from "node:test";
import { createJobs } from "../../src/lvmd/lvm/jobs.ts";

/** Work that lasts until it is ended. */
const lasting = (signal: AbortSignal) =>
  new Promise<void>((_, reject) => signal.addEventListener("abort", () => reject(new Error("ended"))));

test("one name is one job at a time", async () => {
  let begun = 0;
  const jobs = createJobs(assert.fail);
  const work = (signal: AbortSignal) => {
    begun += 1;
    return lasting(signal);
  };
  jobs.start("a", work);
  jobs.start("a", work);
  assert.equal(begun, 1);
  assert.ok(jobs.has("a") && jobs.hasAny(""));
  await jobs.cancel("a");
  assert.ok(!jobs.has("a"));
  jobs.start("a", work);
  assert.equal(begun, 2);
  await jobs.close();
});

test("what fails is told with its name, and can be begun again", async () => {
  const failures: string[] = [];
  const jobs = createJobs((name, error) => failures.push(`${name}: ${String(error)}`));
  jobs.start("a", () => Promise.reject(new Error("no disk")));
  await jobs.ended("a");
  assert.deepEqual(failures, ["a: Error: no disk"]);
  assert.ok(!jobs.has("a"));
  await jobs.ended("a");
});

test("what is closed takes no more", async () => {
  const jobs = createJobs(assert.fail);
  jobs.start("a", lasting);
  await jobs.close();
  jobs.start("b", () => assert.fail("begun"));
  assert.ok(!jobs.hasAny(""));
});
