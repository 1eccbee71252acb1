import assert from "node:assert/strict";
import { test } from "node:test";
import { createStore } from "../../src/kube/store.ts";

function create() {
  const changes: [string | undefined, string | undefined][] = [];
  const store = createStore<string>((before, after) => changes.push([before, after]));
  return { store, changes, ...store.handlers };
}

test("changes and removals are kept and told", () => {
  const { store, changes, changed, removed } = create();
  changed("a", "one", "1");
  changed("a", "two", "2");
  removed("a", "3");
  assert.equal(store.size, 0);
  assert.deepEqual(changes, [
    [undefined, "one"],
    ["one", "two"],
    ["two", undefined],
  ]);
});

test("a list removes what it does not hold, and counts whatever the versions say", () => {
  const { store, listed, replaced, changed } = create();
  changed("a", "later", "9");
  changed("b", "gone", "9");
  listed("a", "restored", "5");
  replaced(new Set(["a"]), "5");
  assert.deepEqual([...store.values()], ["restored"]);
});

test("what was asked for goes before what the watch tells late", () => {
  const { store, changed } = create();
  changed("a", "one", "1");
  store.offer("a", "five", "5");
  changed("a", "three", "3");
  assert.equal(store.get("a"), "five");
  changed("a", "six", "6");
  assert.equal(store.get("a"), "six");
});

test("an answer that arrives after a later event changes nothing", () => {
  const { store, changed } = create();
  changed("a", "five", "5");
  store.offer("a", "three", "3");
  assert.equal(store.get("a"), "five");
});

test("an answer that arrives after the object's end does not bring it back", () => {
  const { store, changed, removed } = create();
  changed("a", "one", "1");
  removed("a", "7");
  store.offer("a", "one", "1");
  assert.equal(store.get("a"), undefined);
});

test("the late end of an earlier object of that name leaves the later one", () => {
  const { store, changed, removed } = create();
  changed("a", "old", "1");
  store.offer("a", "new", "9");
  removed("a", "7");
  assert.equal(store.get("a"), "new");
});

test("a list that was taken before what was made meanwhile leaves it", () => {
  const { store, replaced, changed } = create();
  store.offer("a", "made", "9");
  replaced(new Set(), "5");
  assert.equal(store.get("a"), "made");
  changed("a", "made and told", "10");
  replaced(new Set(), "12");
  assert.equal(store.get("a"), undefined);
});

test("a list that was taken before what was changed meanwhile leaves it", () => {
  const { store, listed, replaced, changed } = create();
  changed("a", "one", "1");
  store.offer("a", "nine", "9");
  listed("a", "one", "5");
  replaced(new Set(["a"]), "5");
  assert.equal(store.get("a"), "nine");
});
