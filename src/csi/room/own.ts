import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import { createLedger } from "../../capacity/reservations/ledger.ts";
import { feed } from "../../cluster/reservations/feed.ts";
import { nodesFor } from "../../cluster/reservations/nodes-for.ts";
import type { Traces } from "../../cluster/traces.ts";
import type { ClusterView } from "../../cluster/view.ts";
import { patiently } from "./patient.ts";
import type { Room } from "./port.ts";

export interface OwnRoomOptions {
  readonly view: Pick<ClusterView, "node" | "nodes" | "storageClass">;
  readonly traces: Traces;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Room by a ledger of one's own: it knows of everything but what the extender has let through in the last moment. */
export interface OwnRoom extends Room {
  readonly synced: boolean;
  close(): void;
}

/** Starts at once. */
export function startOwnRoom({ view, traces, names, clock, log }: OwnRoomOptions): OwnRoom {
  const ledger = createLedger({ tellsVolumes: () => traces.hasVolumes() });
  let stopFeed: (() => void) | undefined;
  let isClosed = false;

  async function begin(): Promise<void> {
    await traces.whenSynced();
    if (!isClosed) stopFeed = feed({ ledger, view, traces, names, clock });
  }

  begin().catch((error: unknown) => log.error({ error: messageOf(error) }, "reservations cannot begin"));
  const room = patiently(async (wish) => {
    if (stopFeed === undefined) throw new NativestorError("unavailable", "the cluster has not been read yet");
    const moment = { nowMs: clock.monotonic(), isFollowing: traces.isFollowing() };
    return ledger.reserve(wish, nodesFor(wish, view), moment);
  }, clock);
  return {
    reserve: (wish, signal) => room.reserve(wish, signal),
    get synced() {
      return stopFeed !== undefined;
    },
    close: () => {
      isClosed = true;
      stopFeed?.();
    },
  };
}
