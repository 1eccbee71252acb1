import type { ClassState, Storage } from "../storage.ts";

/**
 * The state at once and again after each change, until `signal` aborts. Changes that come while the last state is still
 * being handed over are told together.
 */
export async function* watchStates(
  storage: Storage,
  signal: AbortSignal,
): AsyncGenerator<ClassState[], void, undefined> {
  let changed = false;
  let wake = () => {};
  const leave = storage.onChange(() => {
    changed = true;
    wake();
  });
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  try {
    while (!signal.aborted) {
      changed = false;
      yield await storage.state();
      if (changed || signal.aborted) continue;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    leave();
  }
}
