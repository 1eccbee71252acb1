/** Jobs that wait for each other where they have the same key, in the order in which they came. */
export interface Queues {
  run<T>(key: string, job: () => Promise<T>): Promise<T>;
  /** Resolves when every job that was handed in has ended. */
  idle(): Promise<void>;
}

/** One queue per key, made as it is needed and dropped when it is empty. A job that fails holds up nobody. */
export function createQueues(): Queues {
  const tails = new Map<string, Promise<void>>();
  return {
    run: (key, job) => {
      const done = (tails.get(key) ?? Promise.resolve()).then(job);
      const tail = settled(done);
      tails.set(key, tail);
      const drop = () => tails.get(key) === tail && tails.delete(key);
      void tail.then(drop);
      return done;
    },
    idle: async () => {
      while (tails.size > 0) await Promise.all(tails.values());
    },
  };
}

function settled(job: Promise<unknown>): Promise<void> {
  return job.then(
    () => undefined,
    () => undefined,
  );
}
