import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { renderCheck } from "../../../src/cli/lvmd/check.ts";
import { run } from "../../../src/cli/main.ts";
import { paintFor } from "../../../src/cli/table.ts";
import { deviceClass, emulated, thinClass } from "../../lvmd/samples.ts";
import { scratch, served } from "../../lvmd/serving.ts";
import { MiB } from "../../lvmd/storage-contract.ts";
import { recordedSurroundings } from "../support.ts";

test("what was found is a table by what became of it", () => {
  const finding = (name: string, text: string) => ({ volumeGroup: "vg", name, text });
  const report = {
    finished: [finding("a", "its device has its size again")],
    removed: [finding("b", "was half made")],
    waiting: [finding("c", "is being wiped")],
    reported: [finding("", "lacks a disk")],
  };
  assert.equal(
    renderCheck(report, paintFor(false)),
    [
      "STATE     GROUP  VOLUME  WHAT",
      "finished  vg     a       its device has its size again",
      "removed   vg     b       was half made",
      "goes on   vg     c       is being wiped",
      "left      vg             lacks a disk",
      "",
    ].join("\n"),
  );
});

/** Runs the check over an emulated group with one thin volume, and the classes that the file names. */
async function check(test: TestContext, classes: string, socketPath?: string) {
  const folder = await scratch(test);
  const storage = await emulated([deviceClass(), thinClass(2)], { folder });
  await storage.createVolume({ name: "a", deviceClass: "thin", optionClass: "", tags: [], sizeBytes: 8n * MiB });
  await storage.close();
  const path = join(folder, "lvmd.yaml");
  await writeFile(
    path,
    `socket-name: ${socketPath ?? join(folder, "lvmd.sock")}
device-classes: [${classes}]
emulated: { folder: ${folder}, volume-groups: [{ name: vg, size: 1Gi }] }
`,
  );
  const { surroundings, output, printed, complaints } = recordedSurroundings();
  const status = await run(["lvmd", "--check", "--config", path], surroundings, output);
  return { status, out: printed(), err: complaints() };
}

test("a check that finds nothing ends well", async (t) => {
  const thin = "{name: thin, volume-group: vg, type: thin, thin-pool: {name: pool, overprovision-ratio: 2}}";
  assert.deepEqual(await check(t, thin), { status: 0, out: "nothing is left half done\n", err: "" });
});

test("a volume that no class reaches is left to a person", async (t) => {
  const { status, out, err } = await check(t, "{name: ssd, volume-group: vg}");
  assert.equal(status, 1);
  assert.match(out, /left +vg +a +no device class has pool/);
  assert.match(err, /1 finding is left to you/);
});

test("nothing is checked while a daemon is at work", async (t) => {
  const { server } = await served(t, await emulated([deviceClass()]));
  const { status, err } = await check(t, "{name: ssd, volume-group: vg}", server.socketPath);
  assert.equal(status, 1);
  assert.match(err, /an lvmd listens at/);
});
