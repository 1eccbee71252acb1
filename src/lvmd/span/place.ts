import { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";
import type { Storage, Volume } from "../storage.ts";
import { orderGroups } from "./choose.ts";
import type { Member } from "./expand.ts";
import type { Pending } from "./pending.ts";

interface Placing {
  readonly inner: Storage;
  readonly deviceClass: DeviceClass;
  readonly members: readonly Member[];
  readonly pending: Pending;
  readonly sizeBytes: bigint;
  readonly make: (member: Member) => Promise<Volume>;
}

/**
 * Makes a volume in the group that its class prefers, or in the next one where that has too little room after all.
 * @throws NativestorError `resource-exhausted` with the room of each group
 */
export async function placeVolume({ inner, deviceClass, members, pending, sizeBytes, make }: Placing): Promise<Volume> {
  const states = await Promise.all(members.map(({ className }) => inner.classState(className)));
  const rooms = members.map(({ className, volumeGroup }, at) => ({
    volumeGroup,
    freeBytes: (states[at]?.freeBytes ?? 0n) - pending.of(className),
  }));
  let refusal: unknown;
  for (const volumeGroup of orderGroups(rooms, sizeBytes, deviceClass.span?.placement ?? "best")) {
    const member = members.find((entry) => entry.volumeGroup === volumeGroup);
    if (member === undefined) continue;
    const giveBack = pending.take(member.className, sizeBytes);
    try {
      return await make(member);
    } catch (error) {
      if (NativestorError.from(error).code !== "resource-exhausted") throw error;
      refusal = error;
    } finally {
      giveBack();
    }
  }
  const free = rooms.map(({ volumeGroup, freeBytes }) => `${freeBytes < 0n ? 0n : freeBytes} in ${volumeGroup}`);
  throw new NativestorError(
    "resource-exhausted",
    `size_bytes: ${sizeBytes} bytes are asked for, free bytes of class ${deviceClass.name} are ${free.join(", ") || "none: it has no volume group"}`,
    { cause: refusal },
  );
}
