import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import fc from "fast-check";
import { Registry } from "prom-client";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { NativestorError } from "../../src/base/errors.ts";
import { silentLogger } from "../../src/base/log.ts";
import { serveLvmd } from "../../src/lvmd/server.ts";
import type { Storage } from "../../src/lvmd/storage.ts";
import type { LvmdRoom } from "../../src/lvmd/room.ts";
import { retryDelayMs, watchLvmd } from "../../src/lvmd/watcher.ts";
import { eventually } from "../support/eventually.ts";
import { deviceClass, emulated, thinClass } from "./samples.ts";
import { scratch } from "./serving.ts";
import { MiB } from "./storage-contract.ts";

type Event = LvmdRoom | NativestorError;

/** What a watcher at that socket tells, one by one. */
function eventsOf(t: TestContext, socketPath: string): { next: () => Promise<Event>; close: () => Promise<void> } {
  const told: Event[] = [];
  let wake = () => {};
  const tell = (event: Event) => {
    told.push(event);
    wake();
  };
  const watcher = watchLvmd({
    socketPath,
    clock: quick,
    log: silentLogger,
    onState: tell,
    onDown: tell,
    random: () => 0,
  });
  t.after(() => watcher.close());
  return {
    next: async () => {
      while (told.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return told.shift() as Event;
    },
    close: () => watcher.close(),
  };
}

// waits of a watcher are cut short, and keep the test alive
const quick: Clock = {
  ...systemClock,
  after: (_delayMs, run) => {
    const timer = setTimeout(run, 5);
    return () => clearTimeout(timer);
  },
};

const serve = (storage: Storage, socketPath: string) =>
  serveLvmd({ storage, socketPath, log: silentLogger, registry: new Registry() });

test("a watcher tells the room of each class, and again when it changes", async (t) => {
  const socketPath = join(await scratch(t), "lvmd.sock");
  const storage = await emulated([deviceClass({ isDefault: true }), thinClass(2)]);
  const server = await serve(storage, socketPath);
  t.after(() => server.close());
  const events = eventsOf(t, socketPath);
  const states = await storage.state();
  assert.deepEqual(await events.next(), {
    defaultFreeBytes: 512n * MiB,
    classes: states,
    optionClasses: ["plain"],
  });
  await storage.createVolume({ name: "a", deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: 8n * MiB });
  assert.equal(((await events.next()) as LvmdRoom).defaultFreeBytes, 504n * MiB);
});

test("a watcher tells once that there is no daemon, and finds it when it comes", async (t) => {
  const socketPath = join(await scratch(t), "lvmd.sock");
  const events = eventsOf(t, socketPath);
  assert.equal(((await events.next()) as NativestorError).code, "unavailable");
  const server = await serve(await emulated([deviceClass()]), socketPath);
  t.after(() => server.close());
  assert.equal(((await events.next()) as LvmdRoom).classes.length, 1);
});

test("a watcher comes back to a daemon that was started again", async (t) => {
  const socketPath = join(await scratch(t), "lvmd.sock");
  const storage = await emulated([deviceClass({ isDefault: true })]);
  const first = await serve(storage, socketPath);
  const events = eventsOf(t, socketPath);
  await events.next();
  await first.close();
  assert.equal(((await events.next()) as NativestorError).code, "unavailable");
  const second = await serve(storage, socketPath);
  t.after(() => second.close());
  assert.equal(((await events.next()) as LvmdRoom).defaultFreeBytes, 1024n * MiB);
});

test("a watcher that is closed says no more, also while it waits to come back", async (t) => {
  const events = eventsOf(t, join(await scratch(t), "lvmd.sock"));
  await events.next();
  await events.close();
});

test("a listener that throws does not end the watching", async (t) => {
  const socketPath = join(await scratch(t), "lvmd.sock");
  const storage = await emulated([deviceClass()]);
  const server = await serve(storage, socketPath);
  t.after(() => server.close());
  let calls = 0;
  const onState = () => {
    calls += 1;
    throw new Error("no");
  };
  const watcher = watchLvmd({ socketPath, clock: quick, log: silentLogger, onState, onDown: () => {} });
  t.after(() => watcher.close());
  await eventually("the first state", () => calls > 0);
  await storage.createVolume({ name: "a", deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: MiB });
  await eventually("the second state", () => calls > 1);
});

test("waits double up to ten seconds, and chance takes at most half of them", () => {
  assert.equal(
    retryDelayMs(1, () => 1),
    100,
  );
  assert.equal(
    retryDelayMs(4, () => 1),
    800,
  );
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 10_000 }),
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      (failures, chance) => {
        const delayMs = retryDelayMs(failures, () => chance);
        const mostMs = Math.min(10_000, 100 * 2 ** Math.min(failures - 1, 30));
        assert.ok(delayMs >= mostMs / 2 && delayMs <= mostMs);
      },
    ),
  );
});
