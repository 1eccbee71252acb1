import assert from "node:assert/strict";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { CreateVolume } from "../../../src/lvmd/storage.ts";
import { deviceClass, emulated, thinClass } from "../samples.ts";
import { MiB, rejects } from "../storage-contract.ts";

const classes = [deviceClass(), thinClass(2)];

function volume(name: string, changes: Partial<CreateVolume> = {}): CreateVolume {
  return { name, deviceClass: "ssd", optionClass: "", tags: [], sizeBytes: 8n * MiB, ...changes };
}

describe("emulated storage with a folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "nativestor-emulated-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("has the same volumes, devices and room after a restart", async () => {
    const storage = await emulated(classes, { folder });
    await storage.createVolume(volume("a", { tags: ["x"] }));
    await storage.createVolume(volume("b", { deviceClass: "thin" }));
    await storage.createSnapshot({ ...volume("c"), sourceVolume: "a", accessType: "ro" });
    await storage.createSnapshot({ ...volume("d", { deviceClass: "thin" }), sourceVolume: "b", accessType: "rw" });
    await storage.resizeVolume("b", "thin", 16n * MiB);
    const [thick, thin, state] = [
      await storage.listVolumes("ssd"),
      await storage.listVolumes("thin"),
      await storage.state(),
    ];
    await storage.close();

    const again = await emulated(classes, { folder });
    assert.deepEqual(await again.listVolumes("ssd"), thick);
    assert.deepEqual(await again.listVolumes("thin"), thin);
    assert.deepEqual(await again.state(), state);
  });

  it("gives a new volume after a restart a device that no other has", async () => {
    const storage = await emulated(classes, { folder });
    const old = await storage.createVolume(volume("a"));
    await storage.close();
    const again = await emulated(classes, { folder });
    assert.notEqual((await again.createVolume(volume("b"))).devMinor, old.devMinor);
  });

  it("makes the folder where it does not exist yet", async () => {
    const deep = join(folder, "not", "there");
    const storage = await emulated(classes, { folder: deep });
    await storage.createVolume(volume("a"));
    assert.deepEqual(await readdir(deep), ["vg.json"]);
  });

  for (const [title, text] of [
    ["is empty", ""],
    ["was cut off", '{"version":1,"volumes":[{"na'],
    ["has another shape", '{"version":1,"volumes":{}}'],
    ["comes from a later version", '{"version":2,"volumes":[]}'],
  ] as const) {
    it(`does not start over a file that ${title}, and leaves it as it is`, async () => {
      const path = join(folder, "vg.json");
      await writeFile(path, text);
      await rejects("failed-precondition", emulated(classes, { folder }), path);
      assert.equal(await readFile(path, "utf8"), text);
    });
  }

  it("starts beside what a crash left of a file that was being written", async () => {
    const storage = await emulated(classes, { folder });
    await storage.createVolume(volume("a"));
    await storage.close();
    await writeFile(join(folder, ".vg.json.new"), '{"version":1,"vol');
    const again = await emulated(classes, { folder });
    await again.createVolume(volume("b"));
    assert.deepEqual(
      (await again.listVolumes("ssd")).map(({ name }) => name),
      ["a", "b"],
    );
    assert.deepEqual(await readdir(folder), ["vg.json"]);
  });

  it("does not start where the group has become smaller than its volumes", async () => {
    const storage = await emulated([deviceClass()], { folder });
    await storage.createVolume(volume("a", { sizeBytes: 512n * MiB }));
    await storage.close();
    const groups = [{ name: "vg", sizeBytes: 256n * MiB }];
    await rejects("failed-precondition", emulated([deviceClass()], { folder, groups }), "volume group vg");
  });

  it("shows no change that could not be saved", async () => {
    const storage = await emulated(classes, { folder: join(folder, "gone") });
    await rm(join(folder, "gone"), { recursive: true });
    await assert.rejects(storage.createVolume(volume("a")), /ENOENT/);
    assert.deepEqual(await storage.listVolumes("ssd"), []);
  });

  it("goes on after a change that could not be saved", async () => {
    const path = join(folder, "gone");
    const storage = await emulated(classes, { folder: path });
    await rm(path, { recursive: true });
    await assert.rejects(storage.createVolume(volume("a")));
    await mkdir(path);
    await storage.createVolume(volume("a"));
    assert.equal((await storage.listVolumes("ssd")).length, 1);
  });
});

describe("emulated storage", () => {
  it("tells less than it has by the spare room, but gives it", async () => {
    const storage = await emulated([deviceClass({ spareBytes: 256n * MiB })]);
    assert.equal((await storage.classState("ssd")).freeBytes, 768n * MiB);
    await storage.createVolume(volume("a", { sizeBytes: 1024n * MiB }));
    assert.equal((await storage.classState("ssd")).freeBytes, 0n);
  });

  it("promises a pool's size times the ratio, exactly", async () => {
    const groups = [{ name: "vg", sizeBytes: 1024n * MiB, thinPools: [{ name: "pool", sizeBytes: 40n * MiB }] }];
    const storage = await emulated([thinClass(1.1)], { groups });
    assert.deepEqual((await storage.classState("thin")).thinPool, {
      dataPercent: 0,
      metadataPercent: 0,
      overprovisionBytes: 44n * MiB,
      sizeBytes: 40n * MiB,
    });
    await storage.createVolume(volume("a", { deviceClass: "thin", sizeBytes: 44n * MiB }));
    assert.equal((await storage.classState("thin")).freeBytes, 0n);
  });

  it("shares the group evenly between a thick class and a pool without a size", async () => {
    const storage = await emulated([deviceClass(), thinClass(1)]);
    assert.equal((await storage.classState("ssd")).freeBytes, 512n * MiB);
    assert.equal((await storage.classState("thin")).freeBytes, 512n * MiB);
  });

  it("does not find a thick volume under the thin class of its group, nor the other way round", async () => {
    const storage = await emulated(classes);
    await storage.createVolume(volume("a"));
    await rejects("not-found", storage.removeVolume("a", "thin"), "a");
    await rejects("already-exists", storage.createVolume(volume("a", { deviceClass: "thin" })), "a");
    await rejects("already-exists", storage.createVolume(volume("pool")), "pool");
  });

  it("answers the default class to an empty name, and says so where there is none", async () => {
    const storage = await emulated([deviceClass({ isDefault: true }), thinClass(1)]);
    assert.equal((await storage.createVolume(volume("a", { deviceClass: "" }))).deviceClass, "ssd");
    const other = await emulated(classes);
    await rejects("not-found", other.classState(""), "none is the default");
  });

  it("makes a thick snapshot's store no larger than its source can fill", async () => {
    const storage = await emulated([deviceClass()]);
    await storage.createVolume(volume("a"));
    const { freeBytes } = await storage.classState("ssd");
    const snapshot = await storage.createSnapshot({
      ...volume("s", { sizeBytes: 512n * MiB }),
      sourceVolume: "a",
      accessType: "ro",
    });
    assert.equal(snapshot.sizeBytes, 8n * MiB);
    assert.equal(freeBytes - (await storage.classState("ssd")).freeBytes, 12n * MiB);
  });

  it("refuses to start where a class names no group", async () => {
    const groups = [{ name: "elsewhere", sizeBytes: MiB }];
    await rejects("invalid-argument", emulated([deviceClass()], { groups }), "no volume group vg");
  });

  it("answers nothing after it was closed", async () => {
    const storage = await emulated(classes);
    await storage.close();
    await rejects("unavailable", storage.createVolume(volume("a")), "closed");
  });
});
