import type { MeasureStep } from "../../base/measure.ts";
import type { Room } from "../room/port.ts";
import type { LogicalVolumes } from "../volumes/port.ts";

/** Room whose promises are measured. */
export function measuredRoom(room: Room, measure: MeasureStep): Room {
  return { reserve: (wish, signal) => measure("reserve", () => room.reserve(wish, signal)) };
}

/** LogicalVolumes, with what waits for others measured: for the API server to take a wish, and for a node to fulfil it. */
export function measuredVolumes(volumes: LogicalVolumes, measure: MeasureStep): LogicalVolumes {
  return {
    get synced() {
      return volumes.synced;
    },
    create: (wish) => measure("create-object", () => volumes.create(wish)),
    known: (name) => volumes.known(name),
    get: (name) => volumes.get(name),
    find: (volumeId) => volumes.find(volumeId),
    resize: (volume, sizeBytes) => measure("resize-object", () => volumes.resize(volume, sizeBytes)),
    remove: (volume) => measure("remove-object", () => volumes.remove(volume)),
    until: (volume, passes, signal) => measure("wait-for-node", () => volumes.until(volume, passes, signal)),
    close: () => volumes.close(),
  };
}
