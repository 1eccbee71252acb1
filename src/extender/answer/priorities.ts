import { quotedName } from "./quoted-name.ts";

/** The answer to a prioritize request: HostPriorityList, in the order asked. */
export function prioritiesText(names: readonly string[], scores: readonly number[]): string {
  const entries = scores.map((score, at) => `{"host":${quotedName(names[at] ?? "")},"score":${score}}`);
  return `[${entries.join(",")}]`;
}
