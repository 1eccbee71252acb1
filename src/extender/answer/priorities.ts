/** The answer to a prioritize request: HostPriorityList, in the order asked. */
export function prioritiesText(names: readonly string[], scores: readonly number[]): string {
  return JSON.stringify(scores.map((score, at) => ({ host: names[at], score })));
}
