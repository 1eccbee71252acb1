import type { Misfit } from "../capacity/fit.ts";
import type { Misfits } from "../capacity/survey.ts";
import { countOf } from "./decide/filter.ts";

/** What came of a request, in few words: a label of metrics. */
export type Outcome =
  | "answered"
  | "no-demand"
  | Misfit["kind"]
  /** Only reservations stand against it, or we have to look again. */
  | "kept-waiting"
  | "unavailable"
  | "bad-request"
  | "too-large"
  | "forbidden"
  | "failed";

/** What stood against most of the nodes. */
export function mostFrequent(misfits: Misfits): Misfit["kind"] {
  const counts: Record<Misfit["kind"], number> = { "no-room": 0, "no-annotation": 0, "bad-annotation": 0 };
  for (const [{ kind }, count] of countOf(misfits)) counts[kind] += count;
  const kinds = Object.keys(counts) as Misfit["kind"][];
  return kinds.reduce((most, kind) => (counts[kind] > counts[most] ? kind : most));
}

/** Outcome of a request that no handler got to answer, by its HTTP status. */
export function outcomeOfStatus(status: number): Outcome {
  if (status < 400) return "answered";
  if (status === 403) return "forbidden";
  if (status === 413) return "too-large";
  if (status === 503) return "unavailable";
  return status < 500 ? "bad-request" : "failed";
}
