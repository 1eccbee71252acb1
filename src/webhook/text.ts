/** Longest warning, in code points; the API server cuts longer ones (k8s.io/apiserver, filters/warning.go). */
const maxWarning = 256;
/** Warnings of one answer: 16 of the longest are what the API server carries without cutting, 4,096 code points. */
const maxWarnings = 16;
/** Longest part of a name that a text repeats; names that Kubernetes accepts as labels are no longer. */
const maxQuoted = 63;

// the API server drops a warning with a control character; direction marks could make it read as something else
const unprintable = /[\p{Cc}\p{Cf}\u2028\u2029]/gu;

/** A name from outside as a text repeats it: quoted, of one line, not too long. */
export function quoted(name: string): string {
  return `"${printable(cut(name, maxQuoted))}"`;
}

/** Names from outside, the first few of them. */
export function quotedList(names: Iterable<string>, most = 5): string {
  const all = [...names];
  const shown = all.slice(0, most).map(quoted).join(", ");
  return all.length > most ? `${shown} and ${all.length - most} more` : shown;
}

/** Makes warnings that the API server hands on whole. */
export function boundWarnings(texts: readonly string[]): string[] {
  const kept = texts.length > maxWarnings ? texts.slice(0, maxWarnings - 1) : texts;
  const warnings = kept.map((text) => printable(cut(text, maxWarning)));
  if (kept.length < texts.length)
    warnings.push(`${texts.length - kept.length} more warnings of this kind are left out`);
  return warnings;
}

// first by code units, so that a name of megabytes is never spread out
function cut(text: string, most: number): string {
  if (text.length <= most) return text;
  const points = Array.from(text.slice(0, 2 * most + 2));
  return points.length <= most ? points.join("") : `${points.slice(0, most - 1).join("")}…`;
}

function printable(text: string): string {
  return text.toWellFormed().replace(unprintable, "?");
}
