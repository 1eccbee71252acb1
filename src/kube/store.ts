import type { ReflectorHandlers } from "./reflector.ts";
import { isLater } from "./resource-version.ts";

/** Objects by key, as a reflector tells them. */
export interface Store<T> {
  readonly handlers: ReflectorHandlers<T>;
  readonly size: number;
  get(key: string): T | undefined;
  values(): Iterable<T>;
  /** Puts what was asked for beside the reflector, unless that knows something later: its state, or its end. */
  offer(key: string, value: T, version: string): void;
}

interface Entry<T> {
  readonly value: T;
  readonly version: string;
  /** Offered, and not told by the reflector yet: a list that was taken before knows nothing of it. */
  readonly isAhead: boolean;
}

/**
 * @param onChange called for each change with the value before and after; undefined stands for none
 */
export function createStore<T>(onChange: (before: T | undefined, after: T | undefined) => void): Store<T> {
  const entries = new Map<string, Entry<T>>();
  /** Position in history up to which the reflector has told everything. */
  let told = "";

  function put(key: string, value: T, version: string, isAhead = false): void {
    const before = entries.get(key)?.value;
    entries.set(key, { value, version, isAhead });
    onChange(before, value);
  }

  // versions count only against what was offered: those of a restored cluster begin anew
  function isAheadOf(version: string, known: Entry<T> | undefined): boolean {
    return known?.isAhead === true && isLater(known.version, version);
  }

  function drop(key: string): void {
    const before = entries.get(key)?.value;
    if (entries.delete(key)) onChange(before, undefined);
  }

  return {
    handlers: {
      listed: (key, value, version) => {
        if (!isAheadOf(version, entries.get(key))) put(key, value, version);
      },
      replaced: (keys, version) => {
        told = version;
        for (const [key, known] of entries) if (!keys.has(key) && !isAheadOf(version, known)) drop(key);
      },
      changed: (key, value, version) => {
        told = version;
        const known = entries.get(key);
        if (known === undefined || isLater(version, known.version)) put(key, value, version);
      },
      removed: (key, version) => {
        told = version;
        const known = entries.get(key);
        // what was offered may be a later object of the same name
        if (known === undefined || known.version === version || isLater(version, known.version)) drop(key);
      },
    },
    get size() {
      return entries.size;
    },
    get: (key) => entries.get(key)?.value,
    values: () => entries.values().map(({ value }) => value),
    offer: (key, value, version) => {
      if (isLater(version, entries.get(key)?.version ?? told)) put(key, value, version, true);
    },
  };
}
