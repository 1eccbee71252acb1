import assert from "node:assert/strict";
import { test } from "node:test";
import { systemClock } from "../../src/base/clock.ts";
import { devicesBy } from "../../src/lvmd/lvm/content/devices.ts";
import { inPieces, piecesOf } from "../../src/lvmd/lvm/content/pieces.ts";
import { turnedClock } from "../support/turned-clock.ts";

const MiB = 1n << 20n;
const unlimited = () => ({ clock: systemClock, bandwidthBytes: undefined, signal: new AbortController().signal });

test("a device is worked through without a gap or an overlap, whatever the limit", () => {
  for (const bandwidth of [undefined, 1n, MiB, 3n * MiB + 5n, 1n << 40n]) {
    const pieces = piecesOf({ start: 7n * MiB, bytes: 700n * MiB + 4096n }, bandwidth);
    let at = 7n * MiB;
    for (const { start, bytes } of pieces) {
      assert.equal(start, at);
      assert.ok(bytes > 0n && bytes <= 256n * MiB);
      at += bytes;
    }
    assert.equal(at, 707n * MiB + 4096n);
  }
});

test("nothing is nothing to do", () => {
  assert.deepEqual(piecesOf({ start: MiB, bytes: 0n }, undefined), []);
});

test("a piece is given the time that the limit asks for", async () => {
  const clock = turnedClock();
  const done: bigint[] = [];
  const { promise: second, resolve } = Promise.withResolvers<void>();
  const pace = { clock, bandwidthBytes: 2n * MiB, signal: new AbortController().signal };
  const all = inPieces({ start: 0n, bytes: 4n * MiB }, pace, async ({ start }) => {
    if (done.push(start) === 2) resolve();
  });
  await new Promise(setImmediate);
  assert.deepEqual(done, [0n]);
  clock.turn(999);
  await new Promise(setImmediate);
  assert.deepEqual(done, [0n]);
  clock.turn(1);
  await second;
  await new Promise(setImmediate);
  clock.turn(1000);
  await all;
});

test("work that is ended stops before its next piece", async () => {
  const controller = new AbortController();
  const done: bigint[] = [];
  const pace = { clock: systemClock, bandwidthBytes: MiB, signal: controller.signal };
  const all = inPieces({ start: 0n, bytes: 3n * MiB }, pace, async ({ start }) => {
    done.push(start);
    controller.abort();
  });
  await assert.rejects(all, { code: "aborted" });
  assert.deepEqual(done, [0n]);
});

test("a copy goes past the page cache, block by block, and is told", async () => {
  const commands: string[] = [];
  const told: bigint[] = [];
  const devices = devicesBy(async (file, args) => void commands.push([file, ...args].join(" ")));
  await devices.copy("/dev/vg/a", "/dev/vg/b", 300n * MiB + 4096n, unlimited(), (bytes) => told.push(bytes));
  assert.equal(commands.length, 2);
  assert.match(commands[1] ?? "", /^dd if=\/dev\/vg\/a of=\/dev\/vg\/b bs=1M skip=256 seek=256 count=45 iflag=direct/);
  assert.deepEqual(told, [256n * MiB, 300n * MiB + 4096n]);
});

test("zeros are written where they are to be, and nowhere else", async () => {
  const commands: string[] = [];
  const devices = devicesBy(async (file, args) => void commands.push([file, ...args].join(" ")));
  await devices.zero("/dev/vg/a", { start: 8n * MiB, bytes: 4096n }, unlimited());
  await devices.discard("/dev/vg/a", { start: 0n, bytes: MiB }, unlimited());
  assert.deepEqual(commands, [
    "blkdiscard --zeroout --offset 8388608 --length 4096 /dev/vg/a",
    "blkdiscard --offset 0 --length 1048576 /dev/vg/a",
  ]);
});
