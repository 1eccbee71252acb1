import assert from "node:assert/strict";
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setImmediate as turnOfLoop } from "node:timers/promises";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { watchFolder } from "../../src/base/watch-folder.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";

const hour = 3_600_000;

async function scratch(test: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-watch-"));
  test.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Watches with a clock that only turns by hand, so that every look is due to it or to a sign. */
function watching(test: TestContext, folder: string, look: () => Promise<void>) {
  const clock = turnedClock();
  test.after(watchFolder(folder, { clock, log: silentLogger, settleMs: 10, pollMs: 1000 }, look));
  return clock;
}

test("a change in the folder leads to a look", async (t) => {
  const folder = await scratch(t);
  const looked = Promise.withResolvers<void>();
  const options = { clock: systemClock, log: silentLogger, settleMs: 1, pollMs: hour };
  t.after(watchFolder(folder, options, async () => looked.resolve()));
  await writeFile(join(folder, "x"), "");
  await looked.promise;
});

test("the swap of a mounted ConfigMap leads to a look", async (t) => {
  const folder = await scratch(t);
  await mkdir(join(folder, "..1"));
  await mkdir(join(folder, "..2"));
  await symlink("..1", join(folder, "..data"));
  await symlink("..2", join(folder, "..data_tmp"));
  const looked = Promise.withResolvers<void>();
  const options = { clock: systemClock, log: silentLogger, settleMs: 1, pollMs: hour };
  t.after(watchFolder(folder, options, async () => looked.resolve()));
  await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  await looked.promise;
});

test("the folder is looked at now and then without a sign, also where it does not exist", async (t) => {
  let looks = 0;
  const clock = watching(t, join(await scratch(t), "not-there"), async () => void (looks += 1));
  for (const expected of [1, 2]) {
    clock.turn(1000);
    await turnOfLoop();
    assert.equal(looks, expected);
  }
});

test("no look begins while the last one is under way, and one follows where a sign came meanwhile", async (t) => {
  const folder = await scratch(t);
  const gate = Promise.withResolvers<void>();
  let looks = 0;
  const clock = watching(t, folder, async () => {
    looks += 1;
    await gate.promise;
  });
  clock.turn(1000);
  assert.equal(looks, 1);
  await writeFile(join(folder, "x"), "");
  clock.turn(5000);
  assert.equal(looks, 1);
  gate.resolve();
  await eventually("a second look", () => {
    clock.turn(10);
    return looks === 2;
  });
});

test("a look that fails is followed by others", async (t) => {
  let looks = 0;
  const clock = watching(t, await scratch(t), async () => {
    looks += 1;
    throw new Error("no");
  });
  for (const expected of [1, 2]) {
    clock.turn(1000);
    await turnOfLoop();
    assert.equal(looks, expected);
  }
});

test("nothing is looked at after it was stopped, not even by a look under way", async (t) => {
  const gate = Promise.withResolvers<void>();
  const clock = turnedClock();
  let looks = 0;
  const look = async () => {
    looks += 1;
    await gate.promise;
  };
  const stop = watchFolder(await scratch(t), { clock, log: silentLogger, settleMs: 10, pollMs: 1000 }, look);
  clock.turn(1000);
  stop();
  gate.resolve();
  await turnOfLoop();
  clock.turn(hour);
  assert.equal(looks, 1);
  assert.equal(clock.pending, 0);
});
