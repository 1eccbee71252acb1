import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { countedBytes } from "../../../src/capacity/counted.ts";
import { createCounting } from "../../../src/controllers/capacity/counting.ts";
import { readNodeVolume } from "../../../src/controllers/logical-volume/read.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { eventually } from "../../support/eventually.ts";
import { nodeRig, wish } from "../support/node-rig.ts";

const GiB = 1n << 30n;

/** What a watcher of the API server works out: the room of `ssd` with all volumes off it, counted or not. */
function roomForAll(rig: Awaited<ReturnType<typeof nodeRig>>): bigint {
  const generation = Number(rig.annotations()["topolvm.io/capacity-generation"]);
  const uncounted = rig.api
    .all("LogicalVolume")
    .map((json) => readNodeVolume(json, currentNames))
    .map((volume) => volume.wantedBytes - countedBytes(volume.counted, volume.currentBytes ?? 0n, generation));
  return BigInt(rig.room("ssd") ?? 0) - uncounted.reduce((sum, bytes) => sum + bytes, 0n);
}

test("at no moment is more room promised than there is once every wish is fulfilled", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  await rig.start();
  await eventually("room", () => rig.room("ssd") === String(GiB));
  let wishedBytes = 0n;
  const check = () => assert.ok(roomForAll(rig) <= GiB - wishedBytes, "over-commit");
  const settled = () => roomForAll(rig) === GiB - wishedBytes;
  for (let i = 0; i < 12; i += 1) {
    wishedBytes += 16n << 20n;
    rig.api.apply(wish(`v${i}`, { size: "16Mi" }));
    const half = i % 3 === 0 ? rig.made(`v${i}`) : Promise.resolve();
    await eventually("progress", () => {
      check();
      return rig.api.find("LogicalVolume", `v${i}`)?.status !== undefined;
    });
    await half;
    if (i % 4 === 3) {
      wishedBytes += 16n << 20n;
      await rig.patch(`v${i}`, { spec: { size: "32Mi" } });
    }
  }
  await eventually("all counted", () => {
    check();
    return settled() && rig.room("ssd") === String(GiB - wishedBytes);
  });
});

test("a new agent counts on from where the former one, or any volume, stood", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode({ annotations: { "topolvm.io/capacity-generation": "41" } });
  const counted = { generation: 77, earlierSize: "0" };
  await rig.storage.createVolume({
    name: "uid-old",
    deviceClass: "ssd",
    optionClass: "",
    tags: [],
    sizeBytes: 4n << 20n,
  });
  rig.api.apply({ ...wish("old", { size: "4Mi" }), status: { volumeID: "uid-old", currentSize: "4194304", counted } });
  await rig.start();
  await eventually("a publication", () => Number(rig.annotations()["topolvm.io/capacity-generation"]) > 77);
  rig.api.apply(wish("new"));
  await rig.made("new");
  assert.ok((rig.statusOf("new").counted?.generation ?? 0) > 78);
});

test("a growth names what was counted before it", async (t) => {
  const rig = await nodeRig(t);
  rig.addNode();
  await rig.start();
  rig.api.apply(wish("a"));
  await eventually("it is counted", () => rig.room("ssd") === String(GiB - (128n << 20n)));
  await eventually("it is said", () => {
    const generation = Number(rig.annotations()["topolvm.io/capacity-generation"]);
    return generation >= (rig.statusOf("a").counted?.generation ?? Infinity);
  });
  await rig.patch("a", { spec: { size: "256Mi" } });
  await eventually("growth", () => rig.statusOf("a").currentSize === String(256n << 20n));
  assert.equal(rig.statusOf("a").counted?.earlierSize, String(128n << 20n));
});

test("figures wait for what is being written about changes that they contain", async () => {
  const counting = createCounting(() => undefined);
  const write = Promise.withResolvers<void>();
  const mark = counting.changed();
  const held = counting.hold(write.promise);
  const reading = counting.begin();
  assert.equal(reading.generation, mark);
  const first = await Promise.race([reading.written.then(() => "written"), Promise.resolve("waits")]);
  assert.equal(first, "waits");
  write.resolve();
  await Promise.all([held, reading.written]);
});

test("a reading that began before a change ended is not taken to contain it", () => {
  const counting = createCounting(() => undefined);
  const { generation } = counting.begin();
  assert.ok(counting.changed() > generation);
});

test("something is owed until the reading that contains it is published", () => {
  const counting = createCounting(() => undefined);
  const early = counting.begin();
  counting.changed();
  counting.publish(early.generation);
  assert.equal(counting.isOwing, true);
  counting.publish(counting.begin().generation);
  assert.equal(counting.isOwing, false);
});

test("of a volume is counted its former size before its generation and its present one from then on", () => {
  fc.assert(
    fc.property(
      fc.nat(100),
      fc.nat(100),
      fc.bigInt(0n, GiB),
      fc.bigInt(0n, GiB),
      (mark, now, earlierBytes, current) => {
        const bytes = countedBytes({ generation: mark, earlierBytes }, current, now);
        assert.equal(bytes, now >= mark ? current : earlierBytes);
      },
    ),
  );
});

test("nodes and volumes that tell nothing are taken to be counted", () => {
  assert.equal(countedBytes(undefined, 5n, 3), 5n);
  assert.equal(countedBytes({ generation: 3, earlierBytes: 0n }, 5n, undefined), 5n);
});
