import type { Pieces } from "./filter-answer.ts";
import { joined } from "./joined.ts";
import { quotedName } from "./quoted-name.ts";

/** The answer to a prioritize request: HostPriorityList, in the order asked. */
export function prioritiesAnswer(names: readonly string[], scores: readonly number[]): Pieces {
  return ["[", ...joined(entriesOf(names, scores)), "]"];
}

function* entriesOf(names: readonly string[], scores: readonly number[]): Generator<string> {
  for (const [at, score] of scores.entries()) yield `{"host":${quotedName(names[at] ?? "")},"score":${score}}`;
}
