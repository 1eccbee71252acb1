import type { Demand, DemandPart } from "../demand.ts";

/**
 * LVM gives room in whole extents, 4 MiB by default (vgcreate(8), --physicalextentsize): several volumes of odd sizes take
 * more than the sum of what was asked. Published free bytes are whole extents already.
 */
const extentBytes = 4n << 20n;

/** What a volume of this size takes. */
export function takenBytes(bytes: bigint): bigint {
  return bytes <= 0n ? 0n : ((bytes + extentBytes - 1n) / extentBytes) * extentBytes;
}

/** What the volumes of a pod take, by class. */
export function takenBy(demand: Demand, parts: readonly DemandPart[]): Demand {
  const sums = sumsOf(parts, ({ bytes }) => takenBytes(bytes));
  return new Map(
    [...demand].map(([deviceClass, bytes]) => [deviceClass, most(takenBytes(bytes), sums.get(deviceClass))]),
  );
}

/**
 * The least free bytes with which a demand fits. Free room comes in whole extents, so that the last volume need not be
 * rounded: a single one fits where its bytes do, as everybody expects.
 */
export function neededFor(demand: Demand, parts: readonly DemandPart[]): Demand {
  if (parts.length < 2) return demand;
  const sums = sumsOf(parts, ({ bytes }) => takenBytes(bytes));
  const slacks = new Map<string, bigint>();
  for (const { deviceClass, bytes } of parts)
    slacks.set(deviceClass, most(takenBytes(bytes) - bytes, slacks.get(deviceClass)));
  return new Map(
    [...demand].map(([deviceClass, bytes]) => {
      const rounded = (sums.get(deviceClass) ?? 0n) - (slacks.get(deviceClass) ?? 0n);
      return [deviceClass, most(bytes, rounded)];
    }),
  );
}

function sumsOf(parts: readonly DemandPart[], bytesOf: (part: DemandPart) => bigint): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const part of parts) sums.set(part.deviceClass, (sums.get(part.deviceClass) ?? 0n) + bytesOf(part));
  return sums;
}

function most(a: bigint, b: bigint | undefined): bigint {
  return b !== undefined && b > a ? b : a;
}
