import type { Counted } from "../../capacity/counted.ts";
import type { NativestorError } from "../../base/errors.ts";
import { statusOf } from "../../lvmd/service/codes.ts";
import type { NodeVolume } from "./read.ts";

/** Merge patch for the status of a volume that is on disk. The uid keeps it from another object of that name. */
export function madePatch({ uid }: NodeVolume, sizeBytes: bigint, counted: Counted): unknown {
  return {
    metadata: { uid },
    status: {
      volumeID: uid,
      currentSize: String(sizeBytes),
      code: null,
      message: null,
      counted: { generation: counted.generation, earlierSize: String(counted.earlierBytes) },
    },
  };
}

/** Merge patch for the status of a volume with which something failed. */
export function failedPatch({ uid }: NodeVolume, failure: NativestorError): unknown {
  return { metadata: { uid }, status: { code: statusOf(failure.code), message: failure.message } };
}

/** The failure passes by itself, so that whoever wished for the volume is better off waiting. */
export function isPassing({ code }: NativestorError): boolean {
  return code === "unavailable" || code === "deadline-exceeded" || code === "aborted";
}
