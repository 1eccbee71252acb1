import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { controllerService } from "../../src/csi/controller/service.ts";
import { linuxTargets } from "../../src/csi/mount/targets.ts";
import { nodeService } from "../../src/csi/node/service.ts";
import type { NodeVolumes } from "../../src/csi/node/volumes.ts";
import { defaultLeastSizes } from "../../src/csi/rules/file-systems.ts";
import { createHostTwin } from "../csi/support/host-twin.ts";
import { noClaims } from "../csi/support/no-claims.ts";
import { createRoomTwin } from "../csi/support/room-twin.ts";
import { runSanity } from "../csi/support/sanity.ts";
import { sanityDocument } from "../csi/support/sanity-document.ts";
import { serveForTest } from "../csi/support/served.ts";
import { createVolumesTwin } from "../csi/support/volumes-twin.ts";
import { csiTools, toolFolder } from "../setup/tools.ts";
import { createFakeView, roomOf } from "../support/fake-view.ts";

const documentPath = fileURLToPath(new URL("../../docs/csi-sanity.md", import.meta.url));

/** All three services over twins, joined: the node has the volumes that the controller makes. */
function serveTwins() {
  const volumes = createVolumesTwin();
  const view = createFakeView();
  view.setNode("n1", roomOf({ "00default": 100 }));
  const host = createHostTwin();
  const onNode: NodeVolumes = {
    find: async (id) => {
      const volume = await volumes.find(id);
      if (volume === undefined) return undefined;
      const { currentBytes = 0n, source } = volume;
      host.put(id, { sizeBytes: currentBytes, isCopy: source !== undefined });
      return host.volumes.find(id);
    },
  };
  const names = currentNames;
  return serveForTest({
    controller: controllerService({
      volumes,
      view,
      claims: noClaims,
      room: createRoomTwin(view),
      names,
      leastSizes: defaultLeastSizes,
      log: silentLogger,
    }),
    node: nodeService({ ...host, volumes: onNode, targets: linuxTargets, nodeName: "n1", names, maxVolumes: 0 }),
  });
}

for (const accessType of ["mount", "block"] as const) {
  test(`the conformance suite passes with ${accessType} volumes over twins`, async () => {
    const folder = await mkdtemp(join(tmpdir(), "nativestor-sanity-"));
    try {
      await using csi = await serveTwins();
      const program = join(toolFolder(csiTools), "csi-sanity");
      const report = await runSanity({ program, socketPath: csi.socketPath, folder, accessType });
      assert.deepEqual(report.failed, [], report.output);
      assert.ok(report.passed.length >= 53, `only ${report.passed.length} specs were run`);
      const written = sanityDocument(report);
      if (process.env.NATIVESTOR_RECORD === "1") await writeFile(documentPath, written);
      assert.equal(await readFile(documentPath, "utf8"), written, "NATIVESTOR_RECORD=1 writes it anew");
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}
