import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { ManifestsView } from "../../cluster/manifests/open.ts";
import { watchLvmd } from "../../lvmd/watcher.ts";

/** An lvmd that tells a node's room. */
export interface Attached {
  /** Resolves when it has said something, or cannot be reached at first. */
  readonly heard: Promise<void>;
  close(): Promise<void>;
}

/** Lets the lvmd at a socket tell the room of a node, for as long as it is there. */
export function attachLvmd(
  view: Pick<ManifestsView, "attachLvmd">,
  { node, socketPath }: { readonly node: string; readonly socketPath: string },
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Attached {
  const live = view.attachLvmd(node);
  const { promise: heard, resolve } = Promise.withResolvers<void>();
  const watcher = watchLvmd({
    socketPath,
    clock,
    log,
    onState: (room) => {
      live.update(room.classes);
      resolve();
    },
    onDown: (error) => {
      log.warn({ node, socket: socketPath, error: error.message }, "the node's lvmd does not answer");
      live.lost();
      resolve();
    },
  });
  return { heard, close: () => watcher.close() };
}
