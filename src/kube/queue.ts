import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { type Backoff, type BackoffBounds, createBackoff } from "./backoff.ts";

/** What happens to a key after it was worked on: nothing, or work again after this time without it being a failure. */
export type Again = { readonly afterMs: number } | undefined;

/** How a piece of work ended, and how many milliseconds it took. */
export type ObserveWork = (result: "done" | "failed", tookMs: number) => void;

export interface QueueOptions {
  /** For logs. */
  readonly name: string;
  /**
   * Works on a key; never on the same one twice at a time. A rejection is logged and the key comes again after a wait
   * that grows with each one in a row. `signal` aborts when the queue closes.
   */
  readonly work: (key: string, signal: AbortSignal) => Promise<Again>;
  /** How many keys are worked on at once. */
  readonly concurrency: number;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
  /** Waits after failures; 100 ms to 2 minutes by default. */
  readonly backoff?: BackoffBounds;
  /** Told of each piece of work that has ended, for metrics. */
  readonly observe?: ObserveWork;
  /** Told how many keys wait for a worker, whenever that changes. */
  readonly observeDepth?: (queued: number) => void;
}

/** Keys that are to be worked on, each by one worker at a time. */
export interface WorkQueue {
  /**
   * Has a key worked on as soon as a worker is free, once for however many calls; one that is being worked on is taken
   * up again after that, and one that waits after a failure waits no longer.
   */
  add(key: string): void;
  /** Keys that are queued, waiting or being worked on. */
  readonly size: number;
  /** Gives up what waits and resolves when what is being worked on has ended. */
  close(): Promise<void>;
}

interface Entry {
  state: "queued" | "working" | "waiting";
  /** Added while it was being worked on. */
  isDirty: boolean;
  readonly backoff: Backoff;
  cancel: () => void;
}

const defaultBounds: BackoffBounds = { firstMs: 100, longestMs: 120_000 };
const nothing = (): void => undefined;

export function createWorkQueue(options: QueueOptions): WorkQueue {
  const { work, concurrency, clock, random, log, backoff: bounds = defaultBounds, observe, observeDepth } = options;
  const entries = new Map<string, Entry>();
  // in the order in which they came
  const queued = new Set<string>();
  const working = new Map<string, Promise<void>>();
  const stop = new AbortController();

  function enqueue(key: string, entry: Entry): void {
    entry.cancel();
    entry.cancel = nothing;
    entry.state = "queued";
    entry.isDirty = false;
    queued.add(key);
    pump();
    observeDepth?.(queued.size);
  }

  function pump(): void {
    for (const key of queued) {
      if (stop.signal.aborted || working.size >= concurrency) return;
      const entry = entries.get(key);
      queued.delete(key);
      if (entry === undefined) continue;
      entry.state = "working";
      working.set(key, attend(key, entry));
    }
  }

  async function attend(key: string, entry: Entry): Promise<void> {
    const waitMs = await attempt(key, entry);
    working.delete(key);
    settle(key, entry, waitMs);
    pump();
    observeDepth?.(queued.size);
  }

  function settle(key: string, entry: Entry, waitMs: number | undefined): void {
    if (stop.signal.aborted) return void entries.delete(key);
    if (entry.isDirty) return enqueue(key, entry);
    if (waitMs === undefined) return void entries.delete(key);
    entry.state = "waiting";
    entry.cancel = clock.after(waitMs, () => enqueue(key, entry));
  }

  // milliseconds until it is to be worked on again
  async function attempt(key: string, entry: Entry): Promise<number | undefined> {
    const startedMs = clock.monotonic();
    try {
      const again = await work(key, stop.signal);
      observe?.("done", clock.monotonic() - startedMs);
      entry.backoff.reset();
      return again?.afterMs;
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      observe?.("failed", clock.monotonic() - startedMs);
      const waitMs = entry.backoff.next();
      const fields = { queue: options.name, key, error: messageOf(error), againMs: Math.round(waitMs) };
      log.warn(fields, "did not work, comes again");
      return waitMs;
    }
  }

  return {
    add: (key) => {
      if (stop.signal.aborted) return;
      const entry = entries.get(key);
      if (entry === undefined) {
        const fresh: Entry = {
          state: "queued",
          isDirty: false,
          backoff: createBackoff(random, bounds),
          cancel: nothing,
        };
        entries.set(key, fresh);
        enqueue(key, fresh);
      } else if (entry.state === "working") entry.isDirty = true;
      else if (entry.state === "waiting") enqueue(key, entry);
    },
    get size() {
      return entries.size;
    },
    close: async () => {
      stop.abort();
      for (const { cancel } of entries.values()) cancel();
      queued.clear();
      await Promise.all(working.values());
      entries.clear();
    },
  };
}
