import { NativestorError } from "../../../src/base/errors.ts";
import { createLedger } from "../../../src/capacity/reservations/ledger.ts";
import type { VolumeWish } from "../../../src/capacity/reservations/wish.ts";
import { nodesFor } from "../../../src/cluster/reservations/nodes-for.ts";
import type { ClusterView } from "../../../src/cluster/view.ts";
import type { Room } from "../../../src/csi/room/port.ts";

/** A `Room` that promises what the view says is free, and remembers who asked. Each wish is judged alone. */
export interface RoomTwin extends Room {
  readonly wishes: VolumeWish[];
}

export function createRoomTwin(view: Pick<ClusterView, "node" | "nodes">): RoomTwin {
  const wishes: VolumeWish[] = [];
  return {
    wishes,
    reserve: async (wish) => {
      wishes.push(wish);
      const grant = createLedger().reserve(wish, nodesFor(wish, view), { nowMs: 0, isFollowing: true });
      if ("node" in grant) return grant.node;
      throw new NativestorError("resource-exhausted", grant.refusal);
    },
  };
}
