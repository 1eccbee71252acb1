import assert from "node:assert/strict";
import { test } from "node:test";
import { untold } from "../../src/capacity/nodes.ts";
import { followRooms } from "../../src/cluster/follow-rooms.ts";
import { createFakeView, roomOf } from "../support/fake-view.ts";

const GiB = 2 ** 30;

test("rooms are those of the view, whatever comes, changes and goes", () => {
  const view = createFakeView();
  view.setNode("a", roomOf({ ssd: 1 }));
  const rooms = followRooms(view);
  const ssd = () => rooms.now().nodes(["a", "b"]).free("ssd");
  assert.deepEqual(ssd(), [GiB, untold]);
  view.setNode("a", roomOf({ ssd: 2 }));
  assert.deepEqual(ssd(), [2 * GiB, untold]);
  view.setNode("b", roomOf({ ssd: 3 }));
  assert.deepEqual(ssd(), [2 * GiB, 3 * GiB]);
  view.removeNode("a");
  assert.deepEqual(ssd(), [untold, 3 * GiB]);
});

test("the roster stays the same where only room changes", () => {
  const view = createFakeView();
  view.setNode("a", roomOf({ ssd: 1 }));
  const rooms = followRooms(view);
  const { roster } = rooms.now();
  view.setNode("a", roomOf({ ssd: 2, hdd: 1 }));
  assert.equal(rooms.now().roster, roster);
});

test("what is closed follows no more", () => {
  const view = createFakeView();
  view.setNode("a", roomOf({ ssd: 1 }));
  const rooms = followRooms(view);
  rooms.now();
  rooms.close();
  view.setNode("a", roomOf({ ssd: 2 }));
  assert.deepEqual(rooms.now().nodes(["a"]).free("ssd"), [GiB]);
});
