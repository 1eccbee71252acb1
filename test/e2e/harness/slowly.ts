import { until } from "../../kube/harness/until.ts";

/** Each question is a new TLS connection, and the guests want the processors. */
const everyMs = 300;
/** A pod's start takes ten seconds in a guest, more when several start at once. */
const limitMs = 90_000;

/** `until` for what takes a real cluster seconds. */
export function slowly<T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> {
  return until(what, probe, limitMs, everyMs);
}
