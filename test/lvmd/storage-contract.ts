import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { ErrorCode } from "../../src/base/errors.ts";
import { NativestorError } from "../../src/base/errors.ts";
import type { CreateSnapshot, CreateVolume, Storage } from "../../src/lvmd/storage.ts";

/** A storage to be put to the test, with what the suite has to know of it. */
export interface Setting {
  readonly storage: Storage;
  /** Class under test, at least 256 MiB free beyond its spare room, in extents of 4 MiB. */
  readonly deviceClass: string;
  /** A class in another volume group. */
  readonly otherClass: string;
  /** An option class that makes no other kind of volume. */
  readonly optionClass: string;
  close(): Promise<void>;
}

export const MiB = 1n << 20n;

/**
 * What every storage has to do, whatever is below it. One storage serves all tests; each uses names of its own and takes
 * away what it made, so that this is cheap where a storage is dear.
 */
export function storageContract(title: string, kind: "thick" | "thin", open: () => Promise<Setting>): void {
  describe(title, () => {
    let setting: Setting;
    before(async () => {
      setting = await open();
    });
    after(() => setting?.close());

    let count = 0;
    const asked = (changes: Partial<CreateVolume> = {}): CreateVolume => ({
      name: `contract-${++count}`,
      deviceClass: setting.deviceClass,
      optionClass: "",
      tags: [],
      sizeBytes: 8n * MiB,
      ...changes,
    });
    const create = (changes: Partial<CreateVolume> = {}) => setting.storage.createVolume(asked(changes));
    const remove = (...names: string[]) =>
      Promise.all(names.map((name) => setting.storage.removeVolume(name, setting.deviceClass)));
    const free = async () => (await setting.storage.classState(setting.deviceClass)).freeBytes;
    const listed = async (name: string) =>
      (await setting.storage.listVolumes(setting.deviceClass)).find((volume) => volume.name === name);
    const snapshotOf = (source: string, changes: Partial<CreateSnapshot> = {}) =>
      setting.storage.createSnapshot({
        name: `contract-${++count}`,
        deviceClass: setting.deviceClass,
        sourceVolume: source,
        accessType: "rw",
        tags: [],
        sizeBytes: 8n * MiB,
        ...changes,
      });

    it("tells the state of the class under test", async () => {
      const states = await setting.storage.state();
      const state = states.find((entry) => entry.deviceClass === setting.deviceClass);
      assert.deepEqual(state, await setting.storage.classState(setting.deviceClass));
      assert.ok(state.groupFreeBytes <= state.sizeBytes);
      assert.equal(state.thinPool === undefined, kind === "thick");
      assert.equal(state.freeBytes, state.thinPool?.overprovisionBytes ?? state.groupFreeBytes);
    });

    it("makes a volume as asked and lists it", async () => {
      const request = asked({ tags: ["b", "a"] });
      const volume = await setting.storage.createVolume(request);
      assert.equal(volume.name, request.name);
      assert.equal(volume.deviceClass, setting.deviceClass);
      assert.equal(volume.sizeBytes, 8n * MiB);
      assert.deepEqual([...volume.tags].sort(), ["a", "b"]);
      assert.match(volume.path, new RegExp(`/${request.name}$`));
      assert.match(volume.attr, kind === "thick" ? /^-w/ : /^Vw/);
      assert.deepEqual(await listed(request.name), volume);
      await remove(request.name);
    });

    it("rounds a size up to whole extents, and takes just that from the free room", async () => {
      const before = await free();
      const volume = await create({ sizeBytes: 4n * MiB + 4096n });
      assert.equal(volume.sizeBytes, 8n * MiB);
      assert.equal(before - (await free()), 8n * MiB);
      await remove(volume.name);
    });

    it("answers the same request with the volume that exists", async () => {
      const request = asked({ tags: ["x", "y"] });
      const volume = await setting.storage.createVolume(request);
      const room = await free();
      assert.deepEqual(await setting.storage.createVolume({ ...request, tags: ["y", "x"] }), volume);
      assert.equal(await free(), room);
      await remove(request.name);
    });

    it("refuses another request for a name that exists", async () => {
      const request = asked({ tags: ["x"] });
      await setting.storage.createVolume(request);
      await rejects("already-exists", setting.storage.createVolume({ ...request, sizeBytes: 12n * MiB }), "name");
      await rejects("already-exists", setting.storage.createVolume({ ...request, tags: [] }), "name");
      await remove(request.name);
    });

    it("makes one volume of the same request sent twice at once", async () => {
      const request = asked();
      const [one, other] = await Promise.all([
        setting.storage.createVolume(request),
        setting.storage.createVolume(request),
      ]);
      assert.deepEqual(one, other);
      await remove(request.name);
    });

    it("gives volumes made at once different devices", async () => {
      const volumes = await Promise.all([create(), create(), create()]);
      assert.equal(new Set(volumes.map((volume) => `${volume.devMajor}:${volume.devMinor}`)).size, 3);
      await remove(...volumes.map((volume) => volume.name));
    });

    it("holds a name in another group apart", async () => {
      const request = asked();
      const own = await setting.storage.createVolume(request);
      const other = await setting.storage.createVolume({ ...request, deviceClass: setting.otherClass });
      assert.notEqual(other.devMinor, own.devMinor);
      await setting.storage.removeVolume(request.name, setting.otherClass);
      assert.deepEqual(await listed(request.name), own);
      await remove(request.name);
    });

    it("takes a known option class and refuses an unknown one", async () => {
      const volume = await create({ optionClass: setting.optionClass });
      await remove(volume.name);
      await rejects("invalid-argument", create({ optionClass: "nobody-has-this" }), "lvcreate_option_class");
    });

    it("refuses what there is no room for, with the figures, and takes nothing", async () => {
      const room = await free();
      const { sizeBytes } = await setting.storage.classState(setting.deviceClass);
      const tooLarge = (room > sizeBytes ? room : sizeBytes) + 1024n * MiB;
      await rejects("resource-exhausted", create({ sizeBytes: tooLarge }), String(tooLarge));
      assert.equal(await free(), room);
    });

    it("gives the room of a removed volume back, and finds it no more", async () => {
      const room = await free();
      const { name } = await create();
      await remove(name);
      assert.equal(await free(), room);
      assert.equal(await listed(name), undefined);
      await rejects("not-found", setting.storage.removeVolume(name, setting.deviceClass), name);
    });

    it("grows a volume and answers its real size", async () => {
      const { name } = await create();
      const room = await free();
      assert.equal(await setting.storage.resizeVolume(name, setting.deviceClass, 12n * MiB + 4096n), 16n * MiB);
      assert.equal(room - (await free()), 8n * MiB);
      assert.equal((await listed(name))?.sizeBytes, 16n * MiB);
      await remove(name);
    });

    it("answers the current size where less is asked", async () => {
      const { name } = await create();
      assert.equal(await setting.storage.resizeVolume(name, setting.deviceClass, 4n * MiB), 8n * MiB);
      assert.equal(await setting.storage.resizeVolume(name, setting.deviceClass, 8n * MiB), 8n * MiB);
      await remove(name);
    });

    it("leaves a volume as it is where there is no room to grow", async () => {
      const volume = await create();
      const { sizeBytes } = await setting.storage.classState(setting.deviceClass);
      const tooLarge = sizeBytes + (await free()) + 1024n * MiB;
      const resized = setting.storage.resizeVolume(volume.name, setting.deviceClass, tooLarge);
      await rejects("resource-exhausted", resized, "bytes");
      assert.deepEqual(await listed(volume.name), volume);
      await remove(volume.name);
    });

    it("finds no volume to grow that does not exist", async () => {
      await rejects("not-found", setting.storage.resizeVolume("contract-none", setting.deviceClass, 8n * MiB), "none");
    });

    for (const accessType of ["ro", "rw"] as const) {
      it(`makes a snapshot that is ${accessType}`, async () => {
        const source = await create();
        const snapshot = await snapshotOf(source.name, { accessType, tags: ["copy"] });
        assert.equal(snapshot.sizeBytes, 8n * MiB);
        assert.deepEqual(snapshot.tags, ["copy"]);
        assert.equal(snapshot.attr[1], accessType === "ro" ? "r" : "w");
        assert.deepEqual(await listed(snapshot.name), snapshot);
        await remove(snapshot.name);
        await remove(source.name);
      });
    }

    it("takes room for a snapshot and gives it back", async () => {
      const source = await create();
      const room = await free();
      const snapshot = await snapshotOf(source.name);
      assert.equal(room - (await free()), 8n * MiB);
      await remove(snapshot.name);
      assert.equal(await free(), room);
      await remove(source.name);
    });

    it("answers the same snapshot request with the snapshot that exists", async () => {
      const source = await create();
      const snapshot = await snapshotOf(source.name);
      assert.deepEqual(await snapshotOf(source.name, { name: snapshot.name }), snapshot);
      await rejects("already-exists", snapshotOf(source.name, { name: snapshot.name, tags: ["other"] }), "name");
      await rejects("already-exists", snapshotOf(source.name, { name: source.name }), "name");
      await remove(snapshot.name);
      await remove(source.name);
    });

    it("refuses a snapshot smaller than its source, whole extents counted", async () => {
      const source = await create({ sizeBytes: 12n * MiB });
      await rejects("out-of-range", snapshotOf(source.name, { sizeBytes: 8n * MiB }), "size_bytes");
      const snapshot = await snapshotOf(source.name, { sizeBytes: 8n * MiB + 4096n });
      assert.equal(snapshot.sizeBytes, 12n * MiB);
      await remove(snapshot.name);
      await remove(source.name);
    });

    it("makes no snapshot of a volume that does not exist", async () => {
      await rejects("not-found", snapshotOf("contract-none"), "source_volume");
    });

    if (kind === "thin") {
      it("makes a thin snapshot larger than its source, and keeps it when the source goes", async () => {
        const source = await create();
        const snapshot = await snapshotOf(source.name, { sizeBytes: 16n * MiB });
        assert.equal(snapshot.sizeBytes, 16n * MiB);
        await remove(source.name);
        assert.equal((await listed(snapshot.name))?.sizeBytes, 16n * MiB);
        await remove(snapshot.name);
      });
    } else {
      it("keeps a volume whose read-only snapshot hangs on it", async () => {
        const source = await create();
        const snapshot = await snapshotOf(source.name, { accessType: "ro" });
        await rejects("failed-precondition", remove(source.name), snapshot.name);
        const grown = setting.storage.resizeVolume(source.name, setting.deviceClass, 16n * MiB);
        await rejects("failed-precondition", grown, snapshot.name);
        await remove(snapshot.name);
        await remove(source.name);
      });

      it("makes a copy of a volume that stands alone, larger too, and grows", async () => {
        const source = await create();
        const copy = await snapshotOf(source.name, { sizeBytes: 12n * MiB });
        assert.equal(copy.sizeBytes, 12n * MiB);
        await remove(source.name);
        assert.deepEqual(await listed(copy.name), copy);
        assert.deepEqual(await snapshotOf(source.name, { name: copy.name, sizeBytes: 12n * MiB }), copy);
        assert.equal(await setting.storage.resizeVolume(copy.name, setting.deviceClass, 16n * MiB), 16n * MiB);
        await remove(copy.name);
      });

      it("makes a copy of a read-only snapshot that stands alone, and no snapshot of it", async () => {
        const source = await create();
        const snapshot = await snapshotOf(source.name, { accessType: "ro" });
        await rejects("failed-precondition", snapshotOf(snapshot.name, { accessType: "ro" }), "thick snapshot");
        const copy = await snapshotOf(snapshot.name);
        await remove(snapshot.name);
        await remove(source.name);
        assert.deepEqual(await listed(copy.name), copy);
        await remove(copy.name);
      });
    }

    for (const name of ["nativestor-removed-0123456789abcdef", "nativestor-image-0123456789abcdef"]) {
      it(`refuses the name ${name}, which is its own`, async () => {
        await rejects("invalid-argument", create({ name }), "name");
        await rejects("invalid-argument", setting.storage.removeVolume(name, setting.deviceClass), "name");
      });
    }

    it("finds no class of an unknown name", async () => {
      const deviceClass = "nobody-has-this";
      await rejects("not-found", create({ deviceClass }), deviceClass);
      await rejects("not-found", snapshotOf("x", { deviceClass }), deviceClass);
      await rejects("not-found", setting.storage.removeVolume("x", deviceClass), deviceClass);
      await rejects("not-found", setting.storage.resizeVolume("x", deviceClass, MiB), deviceClass);
      await rejects("not-found", setting.storage.listVolumes(deviceClass), deviceClass);
      await rejects("not-found", setting.storage.classState(deviceClass), deviceClass);
    });

    for (const name of [
      "",
      ".",
      "..",
      "-a",
      "--config",
      "../x",
      "a b",
      "a\nb",
      "ä",
      "snapshot",
      "a_tmeta",
      "x".repeat(200),
    ]) {
      it(`refuses the name ${JSON.stringify(name.slice(0, 20))}`, async () => {
        await rejects("invalid-argument", create({ name }), "name");
        await rejects("invalid-argument", setting.storage.removeVolume(name, setting.deviceClass), "name");
        await rejects("invalid-argument", setting.storage.resizeVolume(name, setting.deviceClass, MiB), "name");
        await rejects("invalid-argument", snapshotOf(name), "source_volume");
      });
    }

    for (const tag of ["", "-a", "--config=x", "a b", "a\nb", "@x", "ä", "x".repeat(2000)]) {
      it(`refuses the tag ${JSON.stringify(tag.slice(0, 20))}`, async () => {
        await rejects("invalid-argument", create({ tags: ["fine", tag] }), "tags[1]");
      });
    }

    for (const sizeBytes of [0n, -4096n, 4095n, 4097n, 2n ** 63n]) {
      it(`refuses a size of ${sizeBytes}`, async () => {
        await rejects("invalid-argument", create({ sizeBytes }), "size_bytes");
        await rejects(
          "invalid-argument",
          setting.storage.resizeVolume("x", setting.deviceClass, sizeBytes),
          "size_bytes",
        );
        await rejects("invalid-argument", snapshotOf("x", { sizeBytes }), "size_bytes");
      });
    }

    it("tells listeners of a change, until they leave, and not of a request that changes nothing", async () => {
      let heard = 0;
      const leave = setting.storage.onChange(() => (heard += 1));
      const request = asked();
      await setting.storage.createVolume(request);
      const afterCreate = heard;
      assert.ok(afterCreate > 0);
      await setting.storage.createVolume(request);
      assert.equal(heard, afterCreate);
      leave();
      await remove(request.name);
      assert.equal(heard, afterCreate);
    });
  });
}

/** The promise rejects with that code, and the message has `part` in it. */
export async function rejects(code: ErrorCode, promise: Promise<unknown>, part: string): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof NativestorError, `no NativestorError: ${String(error)}`);
    assert.equal(error.code, code, error.message);
    assert.ok(error.message.includes(part), `${error.message} does not say ${part}`);
    return true;
  });
}
