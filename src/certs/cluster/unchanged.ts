import type { Clock } from "../../base/clock.ts";

/** Tells for how long the bundles have been as they are, by a monotonic clock: since this process has seen them so. */
export function createBundleWatch(clock: Clock): { unchangedMs(bundles: readonly string[]): number } {
  let seen: { readonly text: string; readonly sinceMs: number } | undefined;
  return {
    unchangedMs: (bundles) => {
      const text = bundles.join("\0");
      if (seen?.text !== text) seen = { text, sinceMs: clock.monotonic() };
      return clock.monotonic() - seen.sinceMs;
    },
  };
}
