import type { VolumeWish } from "../../capacity/reservations/wish.ts";

/** Who promises room to volumes whose node no scheduler has chosen. */
export interface Room {
  /**
   * Answers the node on which room is held until the LogicalVolume is seen. What may come to be in a moment is waited for.
   * @throws NativestorError `resource-exhausted` with the figures where there is none, `unavailable` where it still may
   *   come to be, or nobody can say
   */
  reserve(wish: VolumeWish, signal: AbortSignal): Promise<string>;
}
