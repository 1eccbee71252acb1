/** The answer to a prioritize request: HostPriorityList, in the order asked. */
export function prioritiesText(names: readonly string[], scores: readonly number[]): string {
  return `[${scores.map((score, at) => `{"host":${JSON.stringify(names[at])},"score":${score}}`).join(",")}]`;
}
