import type { Timeline } from "./timeline.ts";

/**
 * kube-scheduler's queue (pkg/scheduler/backend/queue, 1.36): an active queue; pods that wait for their back-off after an
 * error, for all of it; pods that wait for theirs after a refusal, taken earlier where the active queue is empty
 * (SchedulerPopFromBackoffQ); and refused pods that nothing but an event brings back. The flush after five minutes is left
 * out: who needs it has been forgotten.
 */
export interface SchedulingQueue {
  add(pod: string): void;
  /** The next pod; undefined where none is ready. */
  pop(): string | undefined;
  /** The attempt ended with an error. */
  failed(pod: string): void;
  /** The attempt ended with a refusal. */
  refused(pod: string): void;
  done(pod: string): void;
  /** Something happened in the cluster. An extender's refusals come back after anything. */
  event(): void;
  remove(pod: string): void;
}

interface Record {
  errors: number;
  refusals: number;
  readyAtMs: number;
}

const windowMs = 1_000;

/** @param wake called when a pod may be ready */
export function createSchedulingQueue(time: Timeline, wake: () => void): SchedulingQueue {
  const active: string[] = [];
  const backoff = new Set<string>();
  const errorBackoff = new Set<string>();
  const aside = new Set<string>();
  /** Popped pods, and whether something happened since. */
  const underWay = new Map<string, boolean>();
  const records = new Map<string, Record>();

  const recordOf = (pod: string): Record => {
    const record = records.get(pod) ?? { errors: 0, refusals: 0, readyAtMs: 0 };
    records.set(pod, record);
    return record;
  };
  const windowOf = (ms: number) => Math.floor(ms / windowMs) * windowMs;
  const backsOff = (pod: string) => recordOf(pod).readyAtMs >= windowOf(time.nowMs);

  function back(pod: string, count: number): void {
    const durationMs = Math.min(10_000, 1_000 * 2 ** (count - 1));
    recordOf(pod).readyAtMs = windowOf(time.nowMs + durationMs);
  }

  function flushLater(pod: string): void {
    time.at(recordOf(pod).readyAtMs + windowMs - time.nowMs, flush);
  }

  function flush(): void {
    for (const waiting of [backoff, errorBackoff])
      for (const pod of waiting) {
        if (backsOff(pod)) continue;
        waiting.delete(pod);
        active.push(pod);
      }
    wake();
  }

  function requeue(pod: string): void {
    if (backsOff(pod)) {
      backoff.add(pod);
      flushLater(pod);
    } else active.push(pod);
    wake();
  }

  function earliest(): string | undefined {
    let first: string | undefined;
    for (const pod of backoff)
      if (first === undefined || recordOf(pod).readyAtMs < recordOf(first).readyAtMs) first = pod;
    if (first !== undefined) backoff.delete(first);
    return first;
  }

  return {
    add: (pod) => {
      active.push(pod);
      wake();
    },
    pop: () => {
      const pod = active.shift() ?? earliest();
      if (pod !== undefined) underWay.set(pod, false);
      return pod;
    },
    failed: (pod) => {
      underWay.delete(pod);
      const record = recordOf(pod);
      record.errors += 1;
      back(pod, record.errors);
      errorBackoff.add(pod);
      flushLater(pod);
    },
    refused: (pod) => {
      const hasHappened = underWay.get(pod) === true;
      underWay.delete(pod);
      const record = recordOf(pod);
      record.errors = 0;
      record.refusals += 1;
      back(pod, record.refusals);
      if (hasHappened) requeue(pod);
      else aside.add(pod);
    },
    done: (pod) => void underWay.delete(pod),
    event: () => {
      for (const pod of underWay.keys()) underWay.set(pod, true);
      const waiting = [...aside];
      aside.clear();
      for (const pod of waiting) requeue(pod);
    },
    remove: (pod) => {
      for (const place of [backoff, errorBackoff, aside, underWay]) place.delete(pod);
      const at = active.indexOf(pod);
      if (at >= 0) active.splice(at, 1);
    },
  };
}
