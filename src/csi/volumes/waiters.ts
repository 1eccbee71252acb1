/** Those who wait for a change of something with a name. */
export interface Waiters {
  /**
   * Resolves when `look` answers something other than undefined; it is asked at once and after each change of `name`.
   * Rejects with the reason of `signal` when that aborts first.
   */
  wait<T>(name: string, look: () => { readonly found: T } | undefined, signal: AbortSignal): Promise<T>;
  changed(name: string): void;
}

export function createWaiters(): Waiters {
  const byName = new Map<string, Set<() => void>>();

  function listen(name: string, listener: () => void): () => void {
    const listeners = byName.get(name) ?? new Set();
    byName.set(name, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0) byName.delete(name);
    };
  }

  return {
    wait: (name, look, signal) =>
      new Promise((resolve, reject) => {
        const here = look();
        if (here !== undefined) return resolve(here.found);
        if (signal.aborted) return reject(signal.reason);
        const check = () => {
          const answer = look();
          if (answer === undefined) return;
          leave();
          resolve(answer.found);
        };
        const onAbort = () => {
          leave();
          reject(signal.reason);
        };
        const unlisten = listen(name, check);
        const leave = () => {
          unlisten();
          signal.removeEventListener("abort", onAbort);
        };
        signal.addEventListener("abort", onAbort, { once: true });
      }),
    changed: (name) => {
      for (const listener of byName.get(name) ?? []) listener();
    },
  };
}
