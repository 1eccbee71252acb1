import { type Logger, silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { controllerService } from "../../../src/csi/controller/service.ts";
import { defaultLeastSizes } from "../../../src/csi/rules/file-systems.ts";
import { createFakeView, roomOf } from "../../support/fake-view.ts";
import { createRoomTwin } from "../support/room-twin.ts";
import { serveForTest } from "../support/served.ts";
import { createVolumesTwin } from "../support/volumes-twin.ts";

/** The controller service over twins: nodes of 18, 4 and 4 GiB in the default class, and one class `ssd` on the first. */
export async function controllerForTest(options: { limitMs?: number; log?: Logger } = {}) {
  const volumes = createVolumesTwin();
  const view = createFakeView();
  view.setNode("n1", roomOf({ "00default": 18, ssd: 18 }));
  view.setNode("n2", roomOf({ "00default": 4 }));
  view.setNode("n3", roomOf({ "00default": 4 }));
  const room = createRoomTwin(view);
  const placed = new Map<string, boolean>();
  const controller = controllerService({
    volumes,
    view,
    claims: { isPlaced: async ({ namespace, name }) => placed.get(`${namespace}/${name}`) },
    room,
    names: currentNames,
    leastSizes: defaultLeastSizes,
    log: silentLogger,
  });
  const served = await serveForTest({ controller }, options);
  return Object.assign(served, { volumes, view, room, placed });
}
