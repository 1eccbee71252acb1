import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistory } from "./model/history.ts";
import { provesHistories } from "./model/many.ts";

provesHistories(1, 10_000);

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
