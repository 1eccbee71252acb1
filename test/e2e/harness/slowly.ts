import { until } from "../../kube/harness/until.ts";

/** The guests want the processors. */
const everyMs = 300;
/** A pod's start takes ten seconds in a guest, and half a minute when several start at once; a slow machine takes some times that. */
const limitMs = 240_000;

/** `until` for what takes a real cluster seconds. */
export function slowly<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
  return until(what, probe, limitMs, everyMs);
}
