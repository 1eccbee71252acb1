import type { ViewHealth } from "../../cluster/view.ts";

/** Why a view cannot be decided on; undefined where it can. */
export function whyUnusable({ synced, ageMs }: ViewHealth, maxStalenessMs: number): string | undefined {
  if (!synced) return "the cluster has not been read yet";
  if (ageMs <= maxStalenessMs) return undefined;
  const [age, most] = [ageMs, maxStalenessMs].map((ms) => Math.ceil(ms / 1000));
  return `what is known of the cluster is ${age} s old, and at most ${most} s are allowed: its source does not answer`;
}
