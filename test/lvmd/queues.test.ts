import assert from "node:assert/strict";
import { test } from "node:test";
import { createQueues } from "../../src/lvmd/queues.ts";

test("jobs of one key run one after the other, in their order", async () => {
  const queues = createQueues();
  const steps: string[] = [];
  const gate = Promise.withResolvers<void>();
  const first = queues.run("vg", async () => {
    steps.push("first begins");
    await gate.promise;
    steps.push("first ends");
  });
  const second = queues.run("vg", async () => steps.push("second"));
  gate.resolve();
  await Promise.all([first, second]);
  assert.deepEqual(steps, ["first begins", "first ends", "second"]);
});

test("a job of another key does not wait", async () => {
  const queues = createQueues();
  const gate = Promise.withResolvers<void>();
  const held = queues.run("vg", () => gate.promise);
  assert.equal(await queues.run("other", async () => 1), 1);
  gate.resolve();
  await held;
});

test("a job that fails tells its caller and holds up nobody", async () => {
  const queues = createQueues();
  const failed = queues.run("vg", () => Promise.reject(new Error("no")));
  const next = queues.run("vg", async () => 2);
  await assert.rejects(failed, /no/);
  assert.equal(await next, 2);
});

test("idle waits for all jobs, also those that others hand in", async () => {
  const queues = createQueues();
  let done = 0;
  void queues.run("a", async () => {
    done += 1;
    void queues.run("b", async () => {
      done += 1;
    });
  });
  await queues.idle();
  assert.equal(done, 2);
});
