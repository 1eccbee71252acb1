/** Virtual time: what is to happen, in order. */
export interface Timeline {
  readonly nowMs: number;
  at(delayMs: number, run: () => void): void;
  /** Runs what falls due until nothing is left or `untilMs` is reached. */
  runUntil(untilMs: number): void;
}

interface Entry {
  readonly atMs: number;
  readonly order: number;
  readonly run: () => void;
}

/** A binary heap; of two that are due at once, the earlier made comes first. */
export function createTimeline(): Timeline {
  const heap: Entry[] = [];
  let nowMs = 0;
  let order = 0;

  const isBefore = (a: Entry, b: Entry) => a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);

  function push(entry: Entry): void {
    let at = heap.push(entry) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) break;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  function pop(): Entry {
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      let least = at;
      for (const child of [2 * at + 1, 2 * at + 2])
        if (child < heap.length && isBefore(heap[child]!, heap[least]!)) least = child;
      if (least === at) return first;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }

  return {
    get nowMs() {
      return nowMs;
    },
    at: (delayMs, run) => push({ atMs: nowMs + delayMs, order: (order += 1), run }),
    runUntil: (untilMs) => {
      while (heap.length > 0 && heap[0]!.atMs <= untilMs) {
        const { atMs, run } = pop();
        nowMs = atMs;
        run();
      }
      nowMs = Math.max(nowMs, untilMs);
    },
  };
}
