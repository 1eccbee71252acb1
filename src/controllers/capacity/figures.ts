import { NativestorError } from "../../base/errors.ts";
import { annotationClass, defaultClass } from "../../capacity/device-class.ts";
import type { RoomByClass } from "../../capacity/supply.ts";
import type { VGServiceClient } from "../../gen/lvmd.ts";
import type { LvmdRoom } from "../../lvmd/room.ts";

/**
 * Asks lvmd for the free bytes of every class, the default one under `00default` too. Asked for, and not taken from the Watch stream:
 * what was asked for after a change has ended is sure to contain it.
 * @param room as the Watch stream told it last: which classes there are
 */
export async function readFigures(groups: VGServiceClient, room: LvmdRoom): Promise<RoomByClass> {
  // a group that is not there has no size, and an error for an answer
  const [there, away] = [
    room.classes.filter(({ sizeBytes }) => sizeBytes > 0n),
    room.classes.filter(({ sizeBytes }) => sizeBytes === 0n),
  ];
  const wanted = there.map(({ deviceClass }) => deviceClass);
  const isDefaultAway = away.some(({ isDefault }) => isDefault);
  const asked = await Promise.all(
    [...wanted, ...(isDefaultAway ? [] : [""])].map(async (name) => [name, await freeBytesOf(groups, name)] as const),
  );
  const none = [...away.map(({ deviceClass }) => deviceClass), ...(isDefaultAway ? [defaultClass] : [])];
  return new Map([
    ...asked.flatMap(([name, bytes]) => (bytes === undefined ? [] : [[annotationClass(name), bytes] as const])),
    ...none.map((name) => [name, 0n] as const),
  ]);
}

/** Undefined where there is no such class (any more). */
async function freeBytesOf(groups: VGServiceClient, deviceClass: string): Promise<bigint | undefined> {
  try {
    return (await groups.getFreeBytes({ deviceClass })).freeBytes;
  } catch (error) {
    if (NativestorError.from(error).code === "not-found") return undefined;
    throw error;
  }
}
