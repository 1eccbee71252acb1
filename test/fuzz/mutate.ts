import type { Random } from "./random.ts";

/** Values that are wrong nearly everywhere, as JSON: each use makes one of its own, for a later change may reach into it. */
const oddTexts: readonly string[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  "x",
  "-1",
  "0x10",
  "1.5Gi",
  "18446744073709551616",
  "9223372036854775808",
  "é\u0000\u2028\ud800",
  "n".repeat(10_240),
  [],
  {},
  [null],
  { a: null },
  deep(300),
]
  .map((value) => JSON.stringify(value))
  .concat('{"__proto__":{"polluted":true}}');

const oddKeys = ["__proto__", "constructor", "toString", "", "a/b~c", "k".repeat(10_240), "annotations", "items"];

function oddValue(random: Random): unknown {
  return JSON.parse(random.pick(oddTexts));
}

// structuredClone would take `__proto__` for the prototype
function copied(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function deep(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level += 1) value = level % 2 === 0 ? [value] : { deeper: value };
  return value;
}

/** A request body with one to three random changes: of its structure, or of its bytes. */
export function mutate(body: unknown, random: Random): Buffer {
  const changes = 1 + random.below(3);
  if (random.below(5) === 0) return mutateBytes(Buffer.from(JSON.stringify(body)), changes, random);
  let changed = copied(body);
  for (let change = 0; change < changes; change += 1) changed = mutateValue(changed, random);
  return Buffer.from(JSON.stringify(changed) ?? "");
}

interface Place {
  readonly holder: Record<string, unknown>;
  readonly key: string;
}

function mutateValue(root: unknown, random: Random): unknown {
  const places = placesIn(root);
  if (places.length === 0 || random.below(30) === 0) return oddValue(random);
  const { holder, key } = random.pick(places);
  const value = holder[key];
  switch (random.below(7)) {
    case 0:
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else delete holder[key];
      break;
    case 1:
      set(holder, random.pick(oddKeys), value);
      break;
    case 2:
      set(holder, key, [value]);
      break;
    case 3:
      set(holder, key, { value });
      break;
    case 4:
      // the same again, as a duplicate or beside itself in another letter case
      if (Array.isArray(holder)) holder.push(copied(value));
      else set(holder, key.toUpperCase() === key ? key.toLowerCase() : key.toUpperCase(), copied(value));
      break;
    case 5:
      if (typeof value === "string") set(holder, key, value + random.pick(["0", " ", "-", "\n", "Ki", "\u0000"]));
      else set(holder, key, oddValue(random));
      break;
    default:
      set(holder, key, oddValue(random));
  }
  return root;
}

// an own property whatever its name, which an assignment of `__proto__` would not make
function set(holder: Record<string, unknown>, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number.isInteger(Number(key)) ? Number(key) : holder.length] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

function placesIn(value: unknown, places: Place[] = [], depth = 0): Place[] {
  if (typeof value !== "object" || value === null || depth > 50) return places;
  const holder = value as Record<string, unknown>;
  for (const key of Object.keys(holder)) {
    places.push({ holder, key });
    placesIn(holder[key], places, depth + 1);
  }
  return places;
}

function mutateBytes(bytes: Buffer, changes: number, random: Random): Buffer {
  let changed = bytes;
  for (let change = 0; change < changes && changed.length > 0; change += 1) {
    const at = random.below(changed.length);
    const rest = changed.subarray(at + 1);
    switch (random.below(4)) {
      case 0:
        changed = changed.subarray(0, at);
        break;
      case 1:
        changed = Buffer.concat([changed.subarray(0, at), rest]);
        break;
      case 2:
        changed = Buffer.concat([changed.subarray(0, at), Buffer.from([random.below(256)]), rest]);
        break;
      default:
        changed = Buffer.concat([
          changed.subarray(0, at),
          Buffer.from(random.pick(["{", "}", "[", "]", '"', ",", ":", "\\", "0", "e", "n"])),
          changed.subarray(at),
        ]);
    }
  }
  return changed;
}
