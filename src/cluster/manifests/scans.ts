/** Runs one scan at a time. */
export interface Scans {
  /** Resolves after a scan that began later than this call. */
  run(): Promise<void>;
  /** Resolves when none is running. */
  idle(): Promise<void>;
}

/** Calls that come while a scan runs share the next one. */
export function createScans(scan: () => Promise<void>): Scans {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;

  function start(): Promise<void> {
    const begun = scan().finally(() => {
      if (running === begun) running = undefined;
    });
    running = begun;
    return begun;
  }

  async function after(previous: Promise<void>): Promise<void> {
    await previous.catch(() => undefined); // its own caller hears of it
    next = undefined;
    return start();
  }

  return {
    run: () => {
      if (running === undefined) return start();
      next ??= after(running);
      return next;
    },
    idle: async () => {
      await Promise.allSettled([running, next]);
    },
  };
}
