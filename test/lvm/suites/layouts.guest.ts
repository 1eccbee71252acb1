import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { kernelBytes, hostClass, makeGroup, openHost, sh } from "./host.ts";

const MiB = 1n << 20n;

before(() => {
  makeGroup("vg", "bcdef");
  // disks of different fill, as they are in life; what is cut here is nobody's class
  sh("lvcreate", "-q", "-y", "-an", "-Zn", "-Wn", "-n", "fill1", "-l", "20", "vg", "/dev/ubdb");
  sh("lvcreate", "-q", "-y", "-an", "-Zn", "-Wn", "-n", "fill2", "-l", "55", "vg", "/dev/ubdc");
});

const layouts = [
  ["linear", []],
  ["striped over two", ["-i", "2"]],
  ["striped over three", ["--stripes=3"]],
  ["raid1", ["--type", "raid1", "-m1"]],
  ["raid1 of three", ["--type", "raid1", "-m", "2"]],
  ["raid10", ["--type", "raid10", "-m", "1", "-i", "2"]],
  ["raid5", ["--type", "raid5", "-i", "2"]],
  ["raid5 over four", ["--type", "raid5", "-i", "3"]],
  ["raid6", ["--type", "raid6", "-i", "3"]],
  ["raid0", ["--type", "raid0", "-i", "3"]],
] as const;

for (const [title, lvcreateOptions] of layouts)
  describe(`a class that is ${title}`, () => {
    // initial synchronisation would only keep the disks busy
    const options = [...lvcreateOptions, ...(/raid[15]/.test(lvcreateOptions.join()) ? ["--nosync"] : [])];
    const own = hostClass("own", { lvcreateOptions: options });

    test("can have just what it tells to be free, and not one extent more", async () => {
      const host = await openHost([own]);
      const { storage } = host;
      const { freeBytes } = await storage.classState("own");
      assert.ok(freeBytes > 0n);
      const request = { name: "all", deviceClass: "own", optionClass: "", tags: [] };
      await assert.rejects(storage.createVolume({ ...request, sizeBytes: freeBytes + 4096n }), {
        code: "resource-exhausted",
        message: new RegExp(`${freeBytes + 4096n}|${freeBytes}`),
      });
      const volume = await storage.createVolume({ ...request, sizeBytes: freeBytes });
      assert.equal(volume.sizeBytes, freeBytes);
      assert.equal(kernelBytes(volume.devMajor, volume.devMinor), freeBytes);
      await storage.removeVolume("all", "own");
      assert.equal((await storage.classState("own")).freeBytes, freeBytes);
      await host.close();
    });

    test("tells the size that its volumes really have, also after they grew", async () => {
      const host = await openHost([own]);
      const { storage } = host;
      const request = { name: "small", deviceClass: "own", optionClass: "", tags: [], sizeBytes: 20n * MiB + 4096n };
      const volume = await storage.createVolume(request);
      assert.equal(kernelBytes(volume.devMajor, volume.devMinor), volume.sizeBytes);
      assert.deepEqual((await storage.createVolume(request)).sizeBytes, volume.sizeBytes);
      const larger = await storage.resizeVolume("small", "own", 41n * MiB);
      assert.equal(kernelBytes(volume.devMajor, volume.devMinor), larger);
      assert.ok(larger >= 41n * MiB);
      await storage.removeVolume("small", "own");
      await host.close();
    });
  });
