import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { run } from "../../../src/cli/main.ts";
import { deviceClass, emulated, thinClass } from "../../lvmd/samples.ts";
import { scratch, served } from "../../lvmd/serving.ts";
import { MiB } from "../../lvmd/storage-contract.ts";
import { recordedSurroundings } from "../support.ts";

async function nativestorLvs(...args: string[]) {
  const { surroundings, output, printed, complaints } = recordedSurroundings();
  const status = await run(["lvs", ...args], surroundings, output);
  return { status, out: printed(), err: complaints() };
}

async function daemon(test: TestContext) {
  const storage = await emulated([deviceClass({ isDefault: true }), thinClass(2)]);
  const { server } = await served(test, storage);
  return { storage, socket: server.socketPath };
}

const volume = { name: "a", deviceClass: "ssd", optionClass: "", tags: ["x", "y"], sizeBytes: 8n * MiB };

test("lvs shows classes with their room, and volumes", async (t) => {
  const { storage, socket } = await daemon(t);
  await storage.createVolume(volume);
  await storage.createVolume({ ...volume, name: "b", deviceClass: "thin", tags: [] });
  const { status, out } = await nativestorLvs("--socket", socket);
  assert.equal(status, 0);
  assert.equal(
    out,
    [
      "CLASS            FREE  GROUP FREE  GROUP SIZE  POOL SIZE   DATA  METADATA",
      "ssd (default)   504Mi       504Mi         1Gi",
      "thin           1016Mi       504Mi         1Gi      512Mi  0.00%     0.00%",
      "",
      "VOLUME  CLASS  SIZE  ATTR        DEVICE  PATH       TAGS",
      "a       ssd     8Mi  -wi-a-----  253:0   /dev/vg/a  x,y",
      "b       thin    8Mi  Vwi-a-tz--  253:1   /dev/vg/b",
      "",
    ].join("\n"),
  );
});

test("lvs says so where there are no volumes", async (t) => {
  const { socket } = await daemon(t);
  assert.match((await nativestorLvs("--socket", socket)).out, /\n\nno volumes\n$/);
});

test("lvs shows the other classes where one cannot be read", async (t) => {
  const storage = await emulated([deviceClass(), thinClass(2)]);
  await storage.createVolume({ ...volume, deviceClass: "thin" });
  const listVolumes: typeof storage.listVolumes = (name) =>
    name === "ssd" ? Promise.reject(new Error("no such group")) : storage.listVolumes(name);
  const { server } = await served(t, { ...storage, listVolumes });
  const { status, out } = await nativestorLvs("--socket", server.socketPath);
  assert.equal(status, 0);
  assert.match(out, /\na +thin +8Mi[^\n]*\n\nssd: no such group\n$/);
});

test("lvs gives programs exact sizes", async (t) => {
  const { storage, socket } = await daemon(t);
  await storage.createVolume(volume);
  const { out } = await nativestorLvs("--socket", socket, "--output", "json");
  const { classes, volumes } = JSON.parse(out) as Record<string, Record<string, unknown>[]>;
  assert.deepEqual(volumes, [
    {
      name: "a",
      deviceClass: "ssd",
      sizeBytes: "8388608",
      attr: "-wi-a-----",
      device: "253:0",
      path: "/dev/vg/a",
      tags: ["x", "y"],
    },
  ]);
  assert.deepEqual(classes?.[0], {
    name: "ssd",
    default: true,
    freeBytes: "528482304",
    groupFreeBytes: "528482304",
    groupSizeBytes: "1073741824",
  });
  assert.deepEqual(classes?.[1]?.thinPool, {
    dataPercent: 0,
    metadataPercent: 0,
    overprovisionBytes: "1073741824",
    sizeBytes: "536870912",
  });
});

test("lvs fails with the socket's name where no daemon answers", async (t) => {
  const socket = join(await scratch(t), "none.sock");
  const { status, err } = await nativestorLvs("--socket", socket);
  assert.equal(status, 1);
  assert.ok(err.includes(`lvmd at ${socket}`), err);
});

test("lvs does not wait for ever", async (t) => {
  const storage = await emulated([deviceClass()]);
  const { server } = await served(t, { ...storage, state: () => new Promise<never>(() => {}) }, 20);
  const { status, err } = await nativestorLvs("--socket", server.socketPath, "--timeout", "50ms");
  assert.equal(status, 1);
  assert.match(err, /no answer .* in time/);
});
