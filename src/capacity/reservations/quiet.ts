/** Tells whether a pod comes alone. */
export interface Quiet {
  /** Notes that a pod asks; true where no other one has within the time, and none is kept waiting. */
  ask(pod: string, nowMs: number): boolean;
  /** Notes that a pod got no answer that is final, and will come back. */
  keep(pod: string, nowMs: number): void;
}

/** kube-scheduler's longest back-off, and the second in which it looks who is due: by then a pod has come back, or is gone. */
const longestBackoffMs = 11_000;

export function createQuiet(quietMs: number): Quiet {
  let last = { pod: "", atMs: -Infinity };
  /** The last question of another pod than `last.pod`. */
  let otherAtMs = -Infinity;
  /** Pods that will come back, oldest first: those of one second come back together. */
  const kept = new Map<string, number>();

  function forget(nowMs: number): void {
    for (const [pod, atMs] of kept) {
      if (nowMs - atMs < longestBackoffMs) return;
      kept.delete(pod);
    }
  }

  return {
    ask: (pod, nowMs) => {
      if (pod !== last.pod) otherAtMs = last.atMs;
      last = { pod, atMs: nowMs };
      kept.delete(pod);
      forget(nowMs);
      return nowMs - otherAtMs >= quietMs && kept.size === 0;
    },
    keep: (pod, nowMs) => {
      kept.delete(pod);
      kept.set(pod, nowMs);
    },
  };
}
