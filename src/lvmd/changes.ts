import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";

/** Listeners that hear of a change. */
export interface Changes {
  /** The answer unsubscribes. */
  listen(listener: () => void): () => void;
  tell(): void;
}

/** A listener that throws is logged and keeps nobody else from hearing. */
export function createChanges(log: Logger): Changes {
  const listeners = new Set<{ readonly call: () => void }>();
  return {
    listen: (call) => {
      const entry = { call };
      listeners.add(entry);
      return () => void listeners.delete(entry);
    },
    tell: () => {
      for (const { call } of listeners) {
        try {
          call();
        } catch (error) {
          log.error({ error: messageOf(error) }, "a listener for changes of the storage failed");
        }
      }
    },
  };
}
