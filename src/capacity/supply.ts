import type { Names } from "./names.ts";

/** Room by device class (annotation form of the name), in bytes. */
export type RoomByClass = ReadonlyMap<string, bigint>;

/** What a node offers. */
export interface Supply {
  /** Free bytes of each class. */
  readonly freeBytes: RoomByClass;
  /** Size of each class in bytes, where something told it (lvmd does, annotations do not). */
  readonly sizeBytes: RoomByClass;
  /** Annotations that are no number of bytes, by class. */
  readonly bad: ReadonlyMap<string, string>;
}

const nothing: RoomByClass = new Map();

/** A supply of these free bytes, and of these sizes where they are known. */
export function supplyOf(freeBytes: RoomByClass, sizeBytes: RoomByClass = nothing): Supply {
  return { freeBytes, sizeBytes, bad: new Map() };
}

/** Supply that a node's capacity annotations tell. Values are decimal bytes below 2^64, as TopoLVM reads them. */
export function supplyFromAnnotations(annotations: Readonly<Record<string, unknown>>, names: Names): Supply {
  const freeBytes = new Map<string, bigint>();
  const bad = new Map<string, string>();
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(names.capacityPrefix)) continue;
    const deviceClass = key.slice(names.capacityPrefix.length);
    const bytes = parseUint64(value);
    if (bytes === undefined) bad.set(deviceClass, String(value));
    else freeBytes.set(deviceClass, bytes);
  }
  return { freeBytes, sizeBytes: nothing, bad };
}

function parseUint64(value: unknown): bigint | undefined {
  if (typeof value !== "string" || value.length > 40 || !/^\d+$/.test(value)) return undefined;
  const bytes = BigInt(value);
  return bytes < 2n ** 64n ? bytes : undefined;
}
