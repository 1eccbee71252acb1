import assert from "node:assert/strict";
import { test } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import type { Grant, VolumeWish } from "../../../src/capacity/reservations/wish.ts";
import { readWish, wishText } from "../../../src/cluster/reservations/wish-text.ts";
import type { Traces } from "../../../src/cluster/traces.ts";
import { startOwnRoom } from "../../../src/csi/room/own.ts";
import { askService } from "../../../src/csi/room/ask.ts";
import { patiently } from "../../../src/csi/room/patient.ts";
import { createFakeView, gibibyte, roomOf } from "../../support/fake-view.ts";
import { turnedClock } from "../../support/turned-clock.ts";

const wish: VolumeWish = {
  name: "pvc-1",
  deviceClass: "ssd",
  moreBytes: 3n * gibibyte,
  wantedBytes: 3n * gibibyte,
  isNew: true,
  possible: new Set(["a", "b"]),
  preferred: ["b"],
};
const never = new AbortController().signal;

/** Lets the microtasks that are due run, and then time pass, until `done` settles. */
async function turnUntil(clock: ReturnType<typeof turnedClock>, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  const end = () => over.abort();
  done.then(end, end);
  while (!over.signal.aborted) {
    await new Promise((resolve) => setImmediate(resolve));
    clock.turn(250);
  }
}

test("a wish is read as it was written", () => {
  const text = Buffer.from(JSON.stringify(wishText(wish)));
  assert.deepEqual(readWish(text), wish);
  assert.deepEqual(
    readWish(Buffer.from(JSON.stringify(wishText({ ...wish, possible: undefined })))).possible,
    undefined,
  );
});

for (const [field, value] of [
  ["name", ""],
  ["deviceClass", 3],
  ["moreBytes", "-1"],
  ["wantedBytes", 1],
  ["possible", "a"],
  ["preferred", [""]],
] as const) {
  test(`a wish with a wrong ${field} is refused by name`, () => {
    const text = Buffer.from(JSON.stringify({ ...wishText(wish), [field]: value }));
    assert.throws(() => readWish(text), { code: "invalid-argument", message: new RegExp(field) });
  });
}

test("what is no JSON is refused", () => {
  assert.throws(() => readWish(Buffer.from("{")), { code: "invalid-argument" });
});

test("where only passing holds stand against it, the same is asked again until there is room", async () => {
  const clock = turnedClock();
  const answers: Grant[] = [
    { refusal: "held", isPassing: true },
    { refusal: "held", isPassing: true },
  ];
  const room = patiently(async () => answers.pop() ?? { node: "a" }, clock);
  const reserved = room.reserve(wish, never);
  await turnUntil(clock, reserved);
  assert.equal(await reserved, "a");
});

test("who cannot promise now is asked again for ten seconds, and then the call is unavailable", async () => {
  const clock = turnedClock();
  let asked = 0;
  const room = patiently(async () => {
    asked += 1;
    throw new NativestorError("unavailable", "another replica answers");
  }, clock);
  const reserved = room.reserve(wish, never);
  await turnUntil(clock, reserved);
  await assert.rejects(reserved, { code: "unavailable" });
  assert.equal(asked, 41);
});

test("a lack of room is told at once, with the figures", async () => {
  const room = patiently(async () => ({ refusal: "out of room", isPassing: false }), turnedClock());
  await assert.rejects(room.reserve(wish, never), { code: "resource-exhausted", message: "out of room" });
});

test("the service is asked with the whole wish, and what it says is what there is", async () => {
  const asked: unknown[] = [];
  const request = async (path: string, rest: { body?: unknown } = {}) => {
    asked.push([path, rest.body]);
    return { node: "b" };
  };
  const room = askService({ request, server: "https://service" }, turnedClock());
  assert.equal(await room.reserve(wish, never), "b");
  assert.deepEqual(asked, [["/reserve", wishText(wish)]]);
});

test("a service that cannot be reached promises nothing", async () => {
  const clock = turnedClock();
  const request = () => Promise.reject(new Error("connect ECONNREFUSED"));
  const reserved = askService({ request, server: "https://service" }, clock).reserve(wish, never);
  await turnUntil(clock, reserved);
  await assert.rejects(reserved, { code: "unavailable", message: /https:\/\/service promises no room/ });
});

test("without a service two volumes at once get different room, from what this process sees and has given itself", async () => {
  const clock = turnedClock();
  const view = createFakeView();
  for (const name of ["a", "b"]) view.setNode(name, roomOf({ ssd: 3 }));
  const traces: Traces = {
    claims: () => [],
    volumes: () => [],
    hasVolumes: () => true,
    isFollowing: () => true,
    whenSynced: async () => {},
    listen: () => () => {},
  };
  const room = startOwnRoom({ view, traces, names: currentNames, clock, log: silentLogger });
  const first = room.reserve(wish, never);
  await turnUntil(clock, first);
  assert.equal(room.synced, true);
  assert.deepEqual([await first, await room.reserve({ ...wish, name: "pvc-2" }, never)], ["b", "a"]);
  room.close();
});
