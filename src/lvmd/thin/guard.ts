import type { ThinPool } from "../config/device-class.ts";

/**
 * Why a pool promises nothing more, as a sentence; undefined where it may. What is promised beyond the real room is a bet
 * that not all is used at once; from this level of real use on it is off.
 */
export function fullness({ name, maxDataPercent }: ThinPool, dataPercent: number): string | undefined {
  if (maxDataPercent === undefined || dataPercent < maxDataPercent) return undefined;
  return `thin pool ${name} is ${dataPercent.toFixed(2)} % full, from ${maxDataPercent} % on it takes no more volumes`;
}
