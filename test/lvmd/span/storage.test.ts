import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { DeviceClass, Placement } from "../../../src/lvmd/config/device-class.ts";
import type { CreateVolume } from "../../../src/lvmd/storage.ts";
import { assembled, configOf, deviceClass, thinClass } from "../samples.ts";
import { MiB, rejects } from "../storage-contract.ts";

const overTwo = (placement: Placement, changes: Partial<DeviceClass> = {}) =>
  deviceClass({ isDefault: true, span: { groups: { names: ["large", "small"] }, placement }, ...changes });
const groups = [
  { name: "large", sizeBytes: 200n * MiB },
  { name: "small", sizeBytes: 100n * MiB },
];
const open = (placement: Placement, changes: Partial<DeviceClass> = {}) =>
  assembled(configOf([overTwo(placement, changes)], groups));

function volume(name: string, mebibytes: bigint, changes: Partial<CreateVolume> = {}): CreateVolume {
  return { name, deviceClass: "", optionClass: "", tags: [], sizeBytes: mebibytes * MiB, ...changes };
}

describe("a class over several volume groups", () => {
  it("keeps the large room whole where it places best", async () => {
    const storage = await open("best");
    assert.equal((await storage.createVolume(volume("a", 40n))).path, "/dev/small/a");
    assert.equal((await storage.createVolume(volume("b", 80n))).path, "/dev/large/b");
    assert.equal((await storage.createVolume(volume("c", 60n))).path, "/dev/small/c");
  });

  it("fills the emptiest group where it spreads", async () => {
    const storage = await open("spread");
    assert.equal((await storage.createVolume(volume("a", 120n))).path, "/dev/large/a");
    assert.equal((await storage.createVolume(volume("b", 40n))).path, "/dev/small/b");
    assert.equal((await storage.createVolume(volume("c", 40n))).path, "/dev/large/c");
  });

  it("counts what is being made when more is asked for at once", async () => {
    const storage = await assembled(
      configOf(
        [overTwo("spread")],
        [
          { name: "large", sizeBytes: 100n * MiB },
          { name: "small", sizeBytes: 100n * MiB },
        ],
      ),
    );
    const made = await Promise.all(["a", "b", "c", "d"].map((name) => storage.createVolume(volume(name, 48n))));
    assert.equal(made.filter(({ path }) => path.startsWith("/dev/large/")).length, 2);
  });

  it("tells the room of the group with the most, and of each", async () => {
    const storage = await open("best");
    const state = await storage.classState("ssd");
    assert.equal(state.freeBytes, 200n * MiB);
    assert.equal(state.sizeBytes, 200n * MiB);
    assert.deepEqual(state.groups, [
      { volumeGroup: "large", freeBytes: 200n * MiB, sizeBytes: 200n * MiB },
      { volumeGroup: "small", freeBytes: 100n * MiB, sizeBytes: 100n * MiB },
    ]);
    await storage.createVolume(volume("a", 160n));
    assert.equal((await storage.classState("ssd")).freeBytes, 100n * MiB);
    assert.deepEqual(await storage.state(), [await storage.classState("")]);
  });

  it("refuses what no group can take, with the room of each", async () => {
    const storage = await open("best");
    await rejects(
      "resource-exhausted",
      storage.createVolume(volume("a", 240n)),
      `${200n * MiB} in large, ${100n * MiB} in small`,
    );
  });

  it("gives spare room of a group where no told room is enough", async () => {
    const storage = await open("best", { spareBytes: 60n * MiB });
    assert.equal((await storage.classState("ssd")).freeBytes, 140n * MiB);
    assert.equal((await storage.createVolume(volume("a", 160n))).path, "/dev/large/a");
  });

  it("has a name once in all groups", async () => {
    const storage = await open("best");
    const made = await storage.createVolume(volume("a", 80n));
    assert.deepEqual(await storage.createVolume(volume("a", 80n)), made);
    await rejects("already-exists", storage.createVolume(volume("a", 120n)), "name");
    assert.equal((await storage.listVolumes("")).length, 1);
  });

  it("makes a snapshot where its source is, and refuses a name that another group has", async () => {
    const storage = await open("best");
    await storage.createVolume(volume("a", 80n));
    await storage.createVolume(volume("b", 80n));
    const snapshot = { ...volume("s", 80n), sourceVolume: "b", accessType: "rw" as const };
    assert.equal((await storage.createSnapshot(snapshot)).path, "/dev/large/s");
    await rejects("already-exists", storage.createSnapshot({ ...snapshot, name: "a" }), "name");
  });

  it("finds, grows and removes a volume in whichever group it is", async () => {
    const storage = await open("spread");
    await storage.createVolume(volume("a", 120n));
    const { path } = await storage.createVolume(volume("b", 20n));
    assert.equal(path, "/dev/small/b");
    assert.equal(await storage.resizeVolume("b", "ssd", 40n * MiB), 40n * MiB);
    await storage.removeVolume("b", "ssd");
    await rejects("not-found", storage.removeVolume("b", "ssd"), "class ssd");
  });

  it("hides the classes of single groups that it is made of", async () => {
    const storage = await open("best");
    await rejects("not-found", storage.listVolumes("ssd@large"), "ssd@large");
    assert.equal((await storage.createVolume(volume("a", 40n))).deviceClass, "ssd");
  });

  it("has a pool of the same name in each group where it is thin", async () => {
    const storage = await assembled(
      configOf(
        [thinClass(1, { isDefault: true, span: { groups: { names: ["large", "small"] }, placement: "best" } })],
        groups,
      ),
    );
    assert.equal((await storage.createVolume(volume("a", 96n))).path, "/dev/small/a");
    assert.equal((await storage.classState("")).thinPool?.overprovisionBytes, 200n * MiB);
  });

  it("has no room, and says why, where no group has its tag", async () => {
    const span = { groups: { tag: "none" }, placement: "best" } as const;
    const storage = await assembled(configOf([deviceClass({ span, volumeGroup: "" })], groups));
    const state = await storage.classState("ssd");
    assert.equal(state.freeBytes, 0n);
    assert.match(state.health ?? "", /no volume group/);
    await rejects(
      "resource-exhausted",
      storage.createVolume(volume("a", 4n, { deviceClass: "ssd" })),
      "no volume group",
    );
  });

  it("does not start where a tag gives a group to two classes", async () => {
    const span = { groups: { tag: "fast" }, placement: "best" } as const;
    const classes = [deviceClass({ name: "one", volumeGroup: "large" }), deviceClass({ span, volumeGroup: "" })];
    const tagged = [{ name: "large", sizeBytes: 100n * MiB, tags: ["fast"] }];
    await rejects("invalid-argument", assembled(configOf(classes, tagged)), "large is of both one and ssd");
  });
});
