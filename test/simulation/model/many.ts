import assert from "node:assert/strict";
import { test } from "node:test";
import { runHistory } from "./history.ts";

const perTest = 5_000;

/** Tests that the histories of these seeds come to what they should. */
export function provesHistories(first: number, last: number): void {
  for (let from = first; from <= last; from += perTest)
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
}
