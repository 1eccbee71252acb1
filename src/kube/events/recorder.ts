import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { KubeAccess } from "../access.ts";
import { mergePatch } from "../apply.ts";
import { type EventFacts, eventName, eventsPath, firstEvent, type Reporter, repeatPatch, seriesKey } from "./series.ts";

/** Reports events to the cluster. Nobody waits for it, and what cannot be reported is only logged. */
export interface EventRecorder {
  record(facts: EventFacts): void;
  /** Resolves when what was recorded has been sent, or has failed. */
  close(): Promise<void>;
}

export interface RecorderOptions {
  readonly access: KubeAccess;
  readonly reporter: Reporter;
  readonly clock: Clock;
  readonly log: Logger;
}

interface Series {
  readonly path: string;
  count: number;
  lastMs: number;
  sentMs: number;
}

/** As in client-go: what comes again later than this begins a new series. */
const seriesMs = 360_000;
/** A series that goes on is told again after this time. */
const refreshMs = 60_000;
/** More is dropped: a cluster that takes no events must not fill our memory. */
const maxWaiting = 200;
const limitMs = 10_000;

export function createEventRecorder({ access, reporter, clock, log }: RecorderOptions): EventRecorder {
  const series = new Map<string, Series>();
  let waiting = 0;
  let last = Promise.resolve();

  // one after another, so that an event is there before it is counted up
  function send(task: () => Promise<unknown>): void {
    if (waiting >= maxWaiting) return log.debug("too many events wait, one is dropped");
    waiting += 1;
    last = deliver(last, task);
  }

  async function deliver(before: Promise<void>, task: () => Promise<unknown>): Promise<void> {
    await before;
    try {
      await task();
    } catch (error) {
      log.debug({ error: messageOf(error) }, "an event was not taken");
    }
    waiting -= 1;
  }

  function begin(key: string, facts: EventFacts, nowMs: number): void {
    const name = eventName(facts, clock.now());
    const collection = eventsPath(facts.regarding);
    series.set(key, { path: `${collection}/${name}`, count: 1, lastMs: nowMs, sentMs: nowMs });
    const body = firstEvent(facts, reporter, name, clock.now());
    send(() => access.request(collection, { method: "POST", body, limitMs }));
  }

  function repeat(known: Series, nowMs: number): void {
    known.count += 1;
    known.lastMs = nowMs;
    if (known.count > 2 && nowMs - known.sentMs < refreshMs) return;
    known.sentMs = nowMs;
    const body = repeatPatch(known.count, clock.now());
    send(() => mergePatch(access, known.path, body));
  }

  return {
    record: (facts) => {
      const nowMs = clock.monotonic();
      for (const [key, { lastMs }] of series) if (nowMs - lastMs >= seriesMs) series.delete(key);
      const key = seriesKey(facts);
      const known = series.get(key);
      if (known === undefined) begin(key, facts, nowMs);
      else repeat(known, nowMs);
    },
    close: () => last,
  };
}
