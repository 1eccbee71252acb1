import type { Clock } from "../base/clock.ts";

/** A signal that also aborts after a time. */
export interface Limit {
  readonly signal: AbortSignal;
  /** Ends the time without aborting; what the caller's own signal does is followed on. */
  lift(): void;
  /** Lets go of the clock and of the caller's signal. */
  release(): void;
}

/** Aborts with `reason()` after `limitMs`, or when `parent` does. */
export function limitTime(clock: Clock, limitMs: number, reason: () => Error, parent?: AbortSignal): Limit {
  const controller = new AbortController();
  const follow = () => controller.abort(parent?.reason);
  if (parent?.aborted) follow();
  else parent?.addEventListener("abort", follow, { once: true });
  const lift = clock.after(limitMs, () => controller.abort(reason()));
  return {
    signal: controller.signal,
    lift,
    release: () => {
      lift();
      parent?.removeEventListener("abort", follow);
    },
  };
}

/** Waits; resolves early when `signal` aborts, since the caller looks at that itself. */
export function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal.addEventListener("abort", done, { once: true });
  });
}
