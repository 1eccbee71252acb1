import assert from "node:assert/strict";
import { test } from "node:test";
import { createSecondLook } from "../../../src/extender/decide/second-look.ts";
import { createFakeView, roomOf } from "../../support/fake-view.ts";
import { turnedClock } from "../../support/turned-clock.ts";

function lookAtFakeView() {
  const clock = turnedClock();
  const view = createFakeView();
  return { clock, view, look: createSecondLook({ view, clock }) };
}

test("a node that changes so that it could hold the pod ends the wait with yes", async () => {
  const { clock, view, look } = lookAtFakeView();
  const looked = look(({ name }) => name === "grown");
  view.setNode("other", roomOf({ ssd: 1 }));
  view.setNode("grown", roomOf({ ssd: 100 }));
  assert.equal(await looked, true);
  assert.equal(clock.pending, 0);
});

test("the wait ends with no where no node changed for the better", async () => {
  const { clock, view, look } = lookAtFakeView();
  const looked = look(() => false);
  view.setNode("other", roomOf({ ssd: 1 }));
  clock.turn(50);
  assert.equal(await looked, false);
});

test("many refusals in a row do not hold the scheduler up, and a later one may wait again", async () => {
  const { clock, look } = lookAtFakeView();
  const looks = Array.from({ length: 30 }, () => look(() => false));
  assert.equal(clock.pending, 10);
  clock.turn(500);
  assert.deepEqual(new Set(await Promise.all(looks)), new Set([false, undefined]));
  const again = look(() => false);
  assert.equal(clock.pending, 1);
  clock.turn(50);
  assert.equal(await again, false);
});
