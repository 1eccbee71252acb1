/** Long work beside the queues of the groups, by name. */
export interface Jobs {
  /** Starts one; does nothing where one of that name runs. */
  start(name: string, work: (signal: AbortSignal) => Promise<void>): void;
  has(name: string): boolean;
  /** One runs whose name begins like this. */
  hasAny(beginning: string): boolean;
  /** Ends one and waits until it has. */
  cancel(name: string): Promise<void>;
  /** Resolves when the one of that name has ended, whatever came of it; at once where there is none. */
  ended(name: string): Promise<void>;
  /** Ends all, and takes no more. */
  close(): Promise<void>;
}

interface Job {
  readonly controller: AbortController;
  readonly done: Promise<void>;
}

/** What a job throws that nobody ended is handed to `onFailure`. */
export function createJobs(onFailure: (name: string, error: unknown) => void): Jobs {
  const jobs = new Map<string, Job>();
  let closed = false;

  const end = async (job: Job | undefined) => {
    job?.controller.abort();
    await job?.done;
  };
  return {
    start: (name, work) => {
      if (closed || jobs.has(name)) return;
      const controller = new AbortController();
      const done: Promise<void> = work(controller.signal)
        .catch((error: unknown) => {
          if (!controller.signal.aborted) onFailure(name, error);
        })
        .finally(() => jobs.delete(name));
      jobs.set(name, { controller, done });
    },
    has: (name) => jobs.has(name),
    hasAny: (beginning) => [...jobs.keys()].some((name) => name.startsWith(beginning)),
    cancel: (name) => end(jobs.get(name)),
    ended: async (name) => jobs.get(name)?.done,
    close: async () => {
      closed = true;
      await Promise.all([...jobs.values()].map(end));
    },
  };
}
