import { type Answer, allowed, refused } from "../answer.ts";
import type { ValidationMode } from "../options.ts";
import { boundWarnings } from "../text.ts";

/** The answer to an object with these findings. */
export function judge(findings: readonly string[], mode: ValidationMode): Answer {
  const texts = boundWarnings(findings);
  return mode === "refuse" && texts.length > 0 ? refused(texts.join("; ")) : allowed(texts);
}
