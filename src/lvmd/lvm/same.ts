/** Left out of what is compared: a device that udev or a mount has opened meanwhile is no news of the group. */
const fleeting: ReadonlySet<string> = new Set(["open", "attr"]);

/**
 * Two reports tell the same. Value by value, as a text of both would be half a megabyte each where there are a thousand
 * volumes.
 */
export function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (!isObject(one) || !isObject(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => fleeting.has(key) || isSame(one[key], other[key]));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
