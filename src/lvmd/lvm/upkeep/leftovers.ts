import { messageOf } from "../../../base/errors.ts";
import type { Logger } from "../../../base/log.ts";
import type { DeviceClass } from "../../config/device-class.ts";
import { isImage } from "../../names.ts";
import { isCopying, takeAway } from "../copies.ts";
import type { Workshop } from "../make.ts";

/**
 * Takes away what a crash left of copies; who wanted one asks again. Runs in the group's queue, where no copy is begun.
 * @param isUnderWay whether a copy to this volume is under way
 */
export async function clearCopies(
  workshop: Workshop,
  deviceClass: DeviceClass,
  isUnderWay: (name?: string) => boolean,
  log: Logger,
): Promise<void> {
  const left = workshop.keeper.known?.volumes.filter(
    (volume) => (isCopying(volume) && !isUnderWay(volume.name)) || (isImage(volume.name) && !isUnderWay()),
  );
  for (const { name } of left ?? []) {
    try {
      await takeAway(workshop, deviceClass, name);
      log.warn({ group: workshop.keeper.name, volume: name }, "took away what was left of a copy");
    } catch (error) {
      log.warn({ group: workshop.keeper.name, volume: name, error: messageOf(error) }, "a copy's rest is in the way");
    }
  }
}
