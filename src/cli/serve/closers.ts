import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

/** What has to be ended, in the order in which it was begun. */
export interface Closers {
  add(close: () => unknown): void;
  /** Ends all of it, the last one first; what fails is logged and the rest goes on. */
  closeAll(): Promise<void>;
}

export function createClosers(log: Logger): Closers {
  const closers: (() => unknown)[] = [];
  return {
    add: (close) => void closers.push(close),
    closeAll: async () => {
      for (let close = closers.pop(); close !== undefined; close = closers.pop()) {
        try {
          await close();
        } catch (error) {
          log.error({ error: messageOf(error) }, "something did not end as it should");
        }
      }
    },
  };
}
