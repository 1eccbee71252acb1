import assert from "node:assert/strict";
import { test } from "node:test";
import { createPlaces } from "../../src/extender/places.ts";

test("one more than there are places is turned away", () => {
  const places = createPlaces(2);
  places.enter();
  places.enter();
  assert.throws(() => places.enter(), { code: "unavailable", message: /2 large requests/ });
});

test("a place that was given back can be taken again, and giving it back twice makes no second one", () => {
  const places = createPlaces(1);
  const leave = places.enter();
  leave();
  leave();
  places.enter();
  assert.throws(() => places.enter(), { code: "unavailable" });
});
