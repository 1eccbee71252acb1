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
  const looked = look("default/p", ({ name }) => name === "grown");
  view.setNode("other", roomOf({ ssd: 1 }));
  view.setNode("grown", roomOf({ ssd: 100 }));
  assert.equal(await looked, true);
  assert.equal(clock.pending, 0);
});

test("the wait ends with no where no node changed for the better", async () => {
  const { clock, view, look } = lookAtFakeView();
  const looked = look("default/p", () => false);
  view.setNode("other", roomOf({ ssd: 1 }));
  clock.turn(50);
  assert.equal(await looked, false);
});

test("many refusals in a row do not hold the scheduler up, and a later one may wait again", async () => {
  const { clock, look } = lookAtFakeView();
  const looks = Array.from({ length: 30 }, (_, at) => look(`default/p${at}`, () => false));
  assert.equal(clock.pending, 10);
  clock.turn(500);
  assert.deepEqual(new Set(await Promise.all(looks)), new Set([false, undefined]));
  const again = look("default/p", () => false);
  assert.equal(clock.pending, 1);
  clock.turn(50);
  assert.equal(await again, false);
});

test("a pod that was not waited for and comes back by its back-off is not waited for again: nothing brought it", async () => {
  const { clock, look } = lookAtFakeView();
  for (let at = 0; at < 10; at += 1) void look(`default/p${at}`, () => false);
  assert.equal(await look("default/late", () => false), undefined);
  assert.equal(await look("default/late", () => false), undefined);
  clock.turn(400);
  assert.equal(await look("default/late", () => false), false);
  assert.equal(await look("default/late", () => false), undefined);
});
