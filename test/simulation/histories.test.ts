import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistory } from "./model/history.ts";

const perTest = 5_000;

for (const from of [1, 5_001, 10_001, 15_001])
  test(`histories ${from} to ${from + perTest - 1}: nothing is promised twice, no pod that fits is forgotten, and nothing stays held`, () => {
    let bound = 0;
    for (let seed = from; seed < from + perTest; seed += 1) {
      const outcome = runHistory({ seed });
      assert.deepEqual(outcome.complaints, [], `seed ${seed}`);
      bound += outcome.bound;
    }
    // a model in which hardly any pod is placed would prove nothing
    assert.ok(bound > 3 * perTest, `${bound} pods were placed`);
  });

// kube-scheduler comes back to a pod within two seconds of its first error
test("where nothing goes wrong, no pod waits for a hold longer than two seconds", () => {
  let longestMs = 0;
  for (let seed = 1; seed <= 2_000; seed += 1) {
    const outcome = runHistory({ seed, isSmooth: true });
    assert.deepEqual(outcome.complaints, [], `seed ${seed}`);
    longestMs = Math.max(longestMs, ...outcome.waitsMs);
  }
  assert.ok(longestMs > 0 && longestMs <= 2_000, `${longestMs} ms`);
});

test("a history is the same each time", () => {
  assert.deepEqual(runHistory({ seed: 7 }), runHistory({ seed: 7 }));
});
