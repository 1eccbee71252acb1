import { NativestorError } from "../../base/errors.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import { codeOf } from "../../lvmd/service/codes.ts";

/** How far the making of a volume has come. */
export type Making = "pending" | "made" | "failed";

/** A failure after it was made, as of a growth, does not unmake it. */
export function makingOf(volume: LogicalVolume): Making {
  if (volume.volumeId !== undefined) return "made";
  return volume.code === 0 ? "pending" : "failed";
}

/** The node has answered a request for this size, well or not. */
export function isResized(volume: LogicalVolume, sizeBytes: bigint): boolean {
  return volume.code !== 0 || (volume.currentBytes ?? 0n) >= sizeBytes;
}

/** What the node reported, as an error of its own code; its message has the figures. */
export function failureOf(volume: LogicalVolume): NativestorError {
  const message = volume.message === "" ? "failed without a reason" : volume.message;
  return new NativestorError(codeOf(volume.code), `node ${volume.nodeName}: ${message}`);
}
