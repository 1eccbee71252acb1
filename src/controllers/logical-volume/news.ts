import { wishOf } from "./decide.ts";
import type { NodeVolume } from "./read.ts";

/**
 * Whether a change of a LogicalVolume is worth a look. What we write ourselves is not: a status with a failure must not
 * shorten the wait after that failure.
 */
export function isNews(before: NodeVolume | undefined, after: NodeVolume | undefined): boolean {
  if (after === undefined) return false;
  if (before === undefined || before.uid !== after.uid) return true;
  if (before.isLeaving !== after.isLeaving || before.isGivenUp !== after.isGivenUp) return true;
  if (before.finalizers.join() !== after.finalizers.join()) return true;
  if (wishOf(before) !== wishOf(after)) return true;
  // somebody cleared the outcome, or lost the status
  if (before.code !== 0 && after.code === 0) return true;
  return before.volumeId !== undefined && after.volumeId === undefined;
}
