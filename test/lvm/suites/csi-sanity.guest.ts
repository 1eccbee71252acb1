import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { runSanity } from "../../csi/support/sanity.ts";
import { thinPool } from "../../lvmd/samples.ts";
import { csiTools, toolFolder } from "../../setup/tools.ts";
import { serveOn } from "./csi-host.ts";
import { hostClass, makeGroup, openHost, sh } from "./host.ts";

const thin = hostClass("thin", { thinPool: thinPool({ overprovisionRatio: 5 }) });
const thick = hostClass("thick", { volumeGroup: "thick" });

let host: Awaited<ReturnType<typeof openHost>>;
before(async () => {
  makeGroup("vg", "b");
  makeGroup("thick", "c");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "2g", "-n", "pool", "vg");
  host = await openHost([thin, thick]);
});
after(() => host.close());

for (const [deviceClass, accessType] of [
  ["thin", "mount"],
  ["thin", "block"],
  ["thick", "mount"],
] as const) {
  test(`the conformance suite passes with ${accessType} volumes of a ${deviceClass} class`, async () => {
    await using csi = await serveOn(host.storage, deviceClass);
    const parameters = join(csi.folder, "parameters.yaml");
    await writeFile(parameters, `topolvm.io/device-class: ${deviceClass}\n`);
    const report = await runSanity({
      program: join(toolFolder(csiTools), "csi-sanity"),
      socketPath: csi.socketPath,
      folder: csi.folder,
      accessType,
      sizeBytes: 64n << 20n,
      flags: [`--csi.testvolumeparameters=${parameters}`],
    });
    assert.deepEqual(report.failed, [], report.output);
    assert.ok(report.passed.length >= 53, `only ${report.passed.length} specs were run`);
    assert.deepEqual(csi.volumes.list(), []);
  });
}
