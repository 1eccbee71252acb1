import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import { systemClock } from "../../../src/base/clock.ts";
import { NativestorError } from "../../../src/base/errors.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames as names } from "../../../src/capacity/names.ts";
import type { LogicalVolume } from "../../../src/cluster/objects/logical-volume.ts";
import { controllerService } from "../../../src/csi/controller/service.ts";
import { stepSeconds } from "../../../src/csi/middleware/steps.ts";
import { linuxHost } from "../../../src/csi/node/linux-host.ts";
import { lvmdVolumes } from "../../../src/csi/node/lvmd-volumes.ts";
import { measuredNode } from "../../../src/csi/node/measured.ts";
import { nodeService } from "../../../src/csi/node/service.ts";
import { defaultLeastSizes } from "../../../src/csi/rules/file-systems.ts";
import { statusOf } from "../../../src/lvmd/service/codes.ts";
import { groupService } from "../../../src/lvmd/service/groups.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { noClaims } from "../../csi/support/no-claims.ts";
import { createRoomTwin } from "../../csi/support/room-twin.ts";
import { serveForTest } from "../../csi/support/served.ts";
import { createVolumesTwin, type VolumesTwin } from "../../csi/support/volumes-twin.ts";
import { createFakeView, roomOf } from "../../support/fake-view.ts";

/** What the node's controller does about one LogicalVolume, on real storage. */
async function fulfil(volume: LogicalVolume, all: readonly LogicalVolume[], storage: Storage) {
  const { uid: name, deviceClass, optionClass, wantedBytes: sizeBytes } = volume;
  if (volume.isLeaving) {
    await storage.removeVolume(name, deviceClass).catch(ignoreMissing);
    return undefined;
  }
  if (volume.volumeId !== undefined)
    return { ...volume, currentBytes: await storage.resizeVolume(name, deviceClass, sizeBytes) };
  const source = all.find((one) => one.name === volume.source);
  const asked = { name, deviceClass, tags: [], sizeBytes };
  const made =
    source === undefined
      ? await storage.createVolume({ ...asked, optionClass })
      : await storage.createSnapshot({ ...asked, sourceVolume: source.uid, accessType: volume.accessType ?? "rw" });
  return { ...volume, volumeId: name, currentBytes: made.sizeBytes };
}

function ignoreMissing(error: unknown): void {
  if (NativestorError.from(error).code !== "not-found") throw error;
}

/** LogicalVolumes in memory whose node is real storage. */
function volumesOn(storage: Storage): VolumesTwin {
  const busy = new Set<string>();

  async function act(volume: LogicalVolume): Promise<void> {
    const after = await fulfil(volume, twin.list(), storage).catch((error: unknown) => {
      const { code, message } = NativestorError.from(error);
      return { ...volume, code: statusOf(code), message };
    });
    busy.delete(volume.name);
    const isLeaving = twin.list().some((one) => one.uid === volume.uid && one.isLeaving);
    if (after === undefined) twin.drop(volume.name);
    else twin.put({ ...after, isLeaving });
  }

  const twin = createVolumesTwin((volume) => {
    const isDone =
      !volume.isLeaving && volume.volumeId !== undefined && (volume.currentBytes ?? 0n) >= volume.wantedBytes;
    if (busy.has(volume.name) || volume.code !== 0 || isDone) return undefined;
    busy.add(volume.name);
    void act(volume);
    return undefined;
  });
  return twin;
}

/** Controller and node on one socket, over real storage and this machine's own mounts. */
export async function serveOn(storage: Storage, deviceClass: string) {
  const folder = await mkdtemp(join(tmpdir(), "csi-"));
  const volumes = volumesOn(storage);
  const view = createFakeView();
  view.setNode("n1", roomOf({ "00default": 3, [deviceClass]: 3 }));
  const groups = groupService(storage);
  const listed = {
    getLVList: async (request: object) => (await groups.getLVList(request as never, {} as never)) as never,
  };
  const host = linuxHost({ deviceFolder: "/dev/topolvm", stateFolder: folder, clock: systemClock });
  const steps = new Registry();
  const onNode = { ...host, volumes: lvmdVolumes("n1", volumes, listed), nodeName: "n1", names, maxVolumes: 0 };
  const served = await serveForTest(
    {
      controller: controllerService({
        volumes,
        view,
        claims: noClaims,
        room: createRoomTwin(view),
        names,
        leastSizes: defaultLeastSizes,
        log: silentLogger,
      }),
      node: nodeService(measuredNode(onNode, stepSeconds(steps, systemClock))),
    },
    { limitMs: 60_000 },
  );
  return {
    ...served,
    volumes,
    /** What the node tells of its steps. */
    steps,
    folder,
    async [Symbol.asyncDispose]() {
      await served[Symbol.asyncDispose]();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
