import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { currentNames } from "../../../src/capacity/names.ts";
import { linuxTargets } from "../../../src/csi/mount/targets.ts";
import { nodeService } from "../../../src/csi/node/service.ts";
import { createHostTwin } from "../support/host-twin.ts";
import { serveForTest } from "../support/served.ts";

/** The node service over a host twin, with targets in a real folder. */
export async function nodeForTest() {
  const host = createHostTwin();
  const folder = await mkdtemp(join(tmpdir(), "nativestor-node-"));
  const served = await serveForTest({
    node: nodeService({ ...host, targets: linuxTargets, nodeName: "n1", names: currentNames, maxVolumes: 0 }),
  });
  host.put("v1");
  return {
    ...served,
    host,
    folder,
    target: join(folder, "pod", "target"),
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
