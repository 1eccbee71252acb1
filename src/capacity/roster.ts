/**
 * Names of nodes that are found by their bytes, each with its row. A scheduler sends the same thousands with every pod: they
 * are neither made anew each time nor looked up one by one. It never changes; where nodes come or go there is another one.
 */
export interface Roster {
  readonly names: readonly string[];
  /** -1 for a name that is not in it. */
  rowOf(name: string): number;
  /** Row of the name whose JSON text begins at a byte; -1 where it is not in here, or is written with escapes. */
  find(bytes: Uint8Array, start: number): number;
  /** JSON text of the names that are nothing but letters and the like; `start` and `end` of a row are equal for others. */
  readonly text: Uint8Array;
  start(row: number): number;
  end(row: number): number;
}

/** Names that have been looked for in a roster. */
export interface Found {
  readonly roster: Roster;
  /** Row of each name, by position; -1 for one that is not in it. */
  readonly rows: readonly number[];
}

/** What names of nodes are made of (RFC 1123): one byte for each character, none of which JSON writes in another way. */
const plain = /^[-.a-z0-9]+$/;

const quote = 0x22;
const none = -1;

/** @param names each once */
export function createRoster(names: readonly string[]): Roster {
  const rows = new Map(names.map((name, row) => [name, row]));
  const texts = names.map((name) => (plain.test(name) ? `"${name}"` : ""));
  const text = Buffer.from(texts.join(""), "latin1");
  const starts = new Uint32Array(texts.length + 1);
  texts.forEach((one, row) => (starts[row + 1] = (starts[row] ?? 0) + one.length));
  const start = (row: number) => starts[row] ?? 0;
  const end = (row: number) => starts[row + 1] ?? 0;

  // a hash table with open places, never more than half full
  const places = 2 ** Math.ceil(Math.log2(2 * names.length + 2));
  const table = new Int32Array(places).fill(none);
  names.forEach((_, row) => {
    if (start(row) === end(row)) return;
    let place = placeOf(hashAt(text, start(row)), places);
    while (table[place] !== none) place = placeOf(place + 1, places);
    table[place] = row;
  });

  return {
    names,
    text,
    start,
    end,
    rowOf: (name) => rows.get(name) ?? none,
    find: (bytes, from) => {
      if (bytes[from] !== quote) return none;
      for (let place = placeOf(hashAt(bytes, from), places); ; place = placeOf(place + 1, places)) {
        const row = table[place] ?? none;
        if (row === none || isAt(bytes, from, start(row), end(row))) return row;
      }
    },
  };

  // with the closing quote, so that no longer name is taken for a shorter one
  function isAt(bytes: Uint8Array, from: number, first: number, last: number): boolean {
    for (let at = first; at < last; at += 1) if (text[at] !== bytes[from + at - first]) return false;
    return true;
  }
}

// FNV-1a, 32 bits, of what stands between the quotes
function hashAt(bytes: Uint8Array, from: number): number {
  let hash = 0x811c9dc5;
  for (let at = from + 1; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? quote;
    if (byte === quote) break;
    hash = Math.imul(hash ^ byte, 0x01000193);
  }
  return hash ^ (hash >>> 15);
}

function placeOf(hash: number, places: number): number {
  return hash & (places - 1);
}
