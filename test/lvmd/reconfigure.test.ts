import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { silentLogger } from "../../src/base/log.ts";
import { NativestorError } from "../../src/base/errors.ts";
import { openReconfigurable } from "../../src/lvmd/reconfigure.ts";
import { watchStates } from "../../src/lvmd/service/watch.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { assembled, configOf, deviceClass, emulated } from "./samples.ts";
import { MiB, rejects } from "./storage-contract.ts";

const volume = { name: "a", deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: 8n * MiB };
const first = configOf([deviceClass()]);
const second = configOf([deviceClass({ spareBytes: 512n * MiB }), deviceClass({ name: "hdd", volumeGroup: "vg2" })]);

test("changed classes count at once, and volumes stay", async () => {
  const storage = await assembled(first);
  const made = await storage.createVolume(volume);
  await storage.reconfigure(second);
  assert.deepEqual(
    (await storage.state()).map(({ deviceClass, freeBytes }) => [deviceClass, freeBytes]),
    [
      ["ssd", 504n * MiB],
      ["hdd", 1024n * MiB],
    ],
  );
  assert.deepEqual(await storage.listVolumes("ssd"), [made]);
  await storage.reconfigure(first);
  await rejects("not-found", storage.classState("hdd"), "hdd");
});

test("a watcher stays and hears of the change, and of changes after it", async () => {
  const storage = await assembled(first);
  const states = watchStates(storage, new AbortController().signal);
  const next = async () => (await states.next()).value?.map(({ freeBytes }) => freeBytes / MiB);
  assert.deepEqual(await next(), [1024n]);
  await storage.reconfigure(second);
  assert.deepEqual(await next(), [512n, 1024n]);
  await storage.createVolume(volume);
  assert.deepEqual(await next(), [504n, 1024n]);
  await states.return();
});

test("a configuration that cannot be used leaves the old one in force", async () => {
  const storage = await assembled(first);
  await storage.createVolume(volume);
  const lost = configOf([deviceClass({ volumeGroup: "none" })], [{ name: "vg", sizeBytes: 1024n * MiB }]);
  await rejects("invalid-argument", storage.reconfigure(lost), "no volume group none");
  assert.equal((await storage.classState("ssd")).freeBytes, 1016n * MiB);
});

test("a change under way ends before the configuration changes, and requests that come meanwhile wait", async () => {
  const inner = await emulated([deviceClass()]);
  const gate = Promise.withResolvers<void>();
  const log: string[] = [];
  const open = async () => {
    log.push("open");
    const createVolume: typeof inner.createVolume = async (request) => {
      await gate.promise;
      log.push("created");
      return inner.createVolume(request);
    };
    return { ...inner, createVolume, close: async () => void log.push("close") };
  };
  const storage = await openReconfigurable(first, open, silentLogger);
  const created = storage.createVolume(volume);
  const changed = storage.reconfigure(second);
  await turnOfLoop();
  const listed = storage.listVolumes("ssd").then((volumes) => log.push(`listed ${volumes.length}`));
  gate.resolve();
  await Promise.all([created, changed, listed]);
  assert.deepEqual(log, ["open", "created", "close", "open", "listed 1"]);
});

test("two configurations at once are taken one after the other", async () => {
  const storage = await assembled(first);
  await Promise.all([storage.reconfigure(second), storage.reconfigure(first)]);
  assert.equal((await storage.state()).length, 1);
});

test("a storage that cannot even be opened with the old configuration again answers nothing until it can", async () => {
  let isBroken = false;
  const open = async () => {
    if (isBroken) throw new NativestorError("failed-precondition", "broken");
    return emulated([deviceClass()]);
  };
  const storage = await openReconfigurable(first, open, silentLogger);
  isBroken = true;
  await rejects("failed-precondition", storage.reconfigure(second), "broken");
  await rejects("unavailable", storage.classState("ssd"), "closed");
  isBroken = false;
  await storage.reconfigure(second);
  assert.equal((await storage.classState("ssd")).freeBytes, 1024n * MiB);
});

test("a group that gets the tag of a class later is taken in within a minute", async () => {
  const clock = turnedClock();
  const span = { groups: { tag: "fast" }, placement: "best" } as const;
  const tags: string[] = [];
  const groups = [{ name: "vg", sizeBytes: 1024n * MiB, tags }];
  const storage = await assembled(configOf([deviceClass({ span, volumeGroup: "" })], groups), { clock });
  assert.equal((await storage.classState("ssd")).freeBytes, 0n);
  let heard = 0;
  storage.onChange(() => (heard += 1));
  tags.push("fast");
  clock.turn(60_000);
  await eventually("the change", () => heard > 0);
  assert.equal((await storage.classState("ssd")).freeBytes, 1024n * MiB);
  await storage.close();
  assert.equal(clock.pending, 0);
});
