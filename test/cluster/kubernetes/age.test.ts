import assert from "node:assert/strict";
import { test } from "node:test";
import { ageOf } from "../../../src/cluster/kubernetes/age.ts";

const contact = { synced: true, connected: true, lastContactMs: 1_000 };

test("the oldest of the mirrors counts", () => {
  assert.equal(ageOf([contact, { ...contact, lastContactMs: 400 }], undefined, 1_500), 1_100);
});

test("an answer on another connection confirms what an open watch holds", () => {
  assert.equal(ageOf([contact], 1_400, 1_500), 100);
});

test("an answer on another connection says nothing of a watch that is not open", () => {
  assert.equal(ageOf([{ ...contact, connected: false }], 1_400, 1_500), 500);
});

test("what was never listed is infinitely old", () => {
  assert.equal(ageOf([contact, { ...contact, synced: false }], 1_400, 1_500), Infinity);
  assert.equal(ageOf([{ ...contact, lastContactMs: undefined }], 1_400, 1_500), Infinity);
});
