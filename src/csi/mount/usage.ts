import { statfs } from "node:fs/promises";
import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";

/** How full a file system is. */
export interface Usage {
  readonly totalBytes: bigint;
  readonly usedBytes: bigint;
  /** For users other than root. */
  readonly availableBytes: bigint;
  /** 0 where the file system does not count them. */
  readonly totalInodes: bigint;
  readonly freeInodes: bigint;
}

export type ReadUsage = (path: string) => Promise<Usage>;

/**
 * Asks statfs(2), which may never answer where a device is gone: a call that is still under way is joined, so that
 * a dead file system holds up one thread and no more.
 * @returns a function that rejects with `unavailable` after `limitMs`
 */
export function usageReader(clock: Clock, limitMs: number): ReadUsage {
  const asked = new Map<string, Promise<Usage>>();

  function ask(path: string): Promise<Usage> {
    const pending = asked.get(path);
    if (pending !== undefined) return pending;
    const answer = readUsage(path).finally(() => asked.delete(path));
    answer.catch(() => {}); // told to those who wait; it may come when nobody does
    asked.set(path, answer);
    return answer;
  }

  return (path) => {
    const late = Promise.withResolvers<never>();
    const error = new NativestorError("unavailable", `${path} does not answer within ${limitMs / 1000} s`);
    const cancel = clock.after(limitMs, () => late.reject(error));
    return Promise.race([ask(path), late.promise]).finally(cancel);
  };
}

async function readUsage(path: string): Promise<Usage> {
  const { bsize, blocks, bfree, bavail, files, ffree } = await statfs(path, { bigint: true });
  return {
    totalBytes: blocks * bsize,
    usedBytes: (blocks - bfree) * bsize,
    availableBytes: bavail * bsize,
    totalInodes: files,
    freeInodes: ffree,
  };
}
