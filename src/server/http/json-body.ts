import { messageOf, NativestorError } from "../../base/errors.ts";

/** Deepest nesting of a JSON body; Kubernetes objects stay far below it. */
const maxDepth = 200;

/**
 * Parses a JSON body. Keys such as `__proto__` come out as keys like any other.
 * @throws NativestorError `invalid-argument`
 */
export function parseJsonBody(text: string): unknown {
  if (text.trim() === "") throw new NativestorError("invalid-argument", "the body is empty");
  checkDepth(text);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new NativestorError("invalid-argument", `the body is no JSON: ${messageOf(error)}`);
  }
}

// brackets outside of strings, counted; whether they match is for JSON.parse to say
function checkDepth(text: string): void {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (inString) {
      if (char === 0x5c) at += 1;
      else if (char === 0x22) inString = false;
    } else if (char === 0x22) inString = true;
    else if (char === 0x7b || char === 0x5b) {
      depth += 1;
      if (depth > maxDepth)
        throw new NativestorError("invalid-argument", `the body is nested deeper than ${maxDepth} levels`);
    } else if (char === 0x7d || char === 0x5d) depth -= 1;
  }
}
