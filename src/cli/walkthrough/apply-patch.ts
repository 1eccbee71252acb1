import { NativestorError } from "../../base/errors.ts";

type Json = Record<string, unknown>;

/**
 * Applies a JSON patch (RFC 6902) of `add` operations, the only ones that admission sends, to a copy of an object.
 * @throws NativestorError `internal` where it cannot be applied
 */
export function applyPatch(object: unknown, patch: unknown): unknown {
  const result = structuredClone(object);
  if (!Array.isArray(patch)) throw new NativestorError("internal", "a JSON patch is a list");
  for (const { op, path, value } of patch as { op: string; path: string; value: unknown }[]) {
    if (op !== "add") throw new NativestorError("internal", `the patch has an operation ${op}`);
    const keys = path.split("/").slice(1).map(unescape);
    const last = keys.pop() ?? "";
    const parent = keys.reduce<unknown>((at, key) => (isObject(at) ? at[key] : undefined), result);
    if (!isObject(parent)) throw new NativestorError("internal", `the patch has no place at ${path}`);
    if (Array.isArray(parent)) parent.splice(last === "-" ? parent.length : Number(last), 0, value);
    else parent[last] = value;
  }
  return result;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null;
}

// RFC 6901, 4
function unescape(token: string): string {
  return token.replaceAll("~1", "/").replaceAll("~0", "~");
}
