import type { Timeline } from "./timeline.ts";

/** A client's limit on its own requests: kube-scheduler's is 50 a second with a burst of 100. Answers how long to wait. */
export function createThrottle(time: Timeline, perSecond: number, burst: number): () => number {
  let nextMs = -Infinity;
  return () => {
    const now = time.nowMs;
    nextMs = Math.max(nextMs + 1000 / perSecond, now - (burst * 1000) / perSecond);
    return Math.max(0, nextMs - now);
  };
}
