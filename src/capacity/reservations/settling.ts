import type { VolumeTrace } from "./facts.ts";

/**
 * What is known of a volume whose node does not tell what its figures contain. It is taken to be in them once they have
 * fallen by as much, a second after the volume was seen made (the two objects come through two watches, and another volume may
 * have made them fall), or after a long time, for a removal can hide the fall. Both err to the side of holding too long.
 */
export interface Settling {
  /** Size that was seen last; undefined until it is made. */
  readonly seenBytes: bigint | undefined;
  readonly seenAtMs: number;
  /** What is taken to be in the figures. */
  readonly settledBytes: bigint;
  /** How far the figures have fallen without another volume to account for it. */
  readonly creditedBytes: bigint;
  /** After this it is taken to be in them whatever they say. */
  readonly untilMs: number;
}

const leastMs = 1_000;

/** Joins what is seen of a volume now to what was seen before. */
export function settlingOf(
  volume: VolumeTrace,
  before: Settling | undefined,
  nowMs: number,
  settleMs: number,
): Settling {
  const { currentBytes, ageMs } = volume;
  if (before !== undefined && before.seenBytes === currentBytes) return before;
  // seen first when it is old: its node has had time
  const isOld = before === undefined && currentBytes !== undefined && ageMs >= settleMs;
  return {
    seenBytes: currentBytes,
    seenAtMs: nowMs,
    settledBytes: isOld ? currentBytes : (before?.settledBytes ?? 0n),
    creditedBytes: before?.creditedBytes ?? 0n,
    untilMs: before === undefined ? nowMs + Math.max(0, settleMs - Math.max(0, ageMs)) : nowMs + settleMs,
  };
}

/** Bytes whose fall in the figures is still to be seen. */
export function awaitedBytes({ seenBytes, settledBytes, creditedBytes }: Settling, wantedBytes: bigint): bigint {
  const rest = (seenBytes ?? wantedBytes) - settledBytes - creditedBytes;
  return rest > 0n ? rest : 0n;
}

/** When it settles, if nothing changes; undefined where nothing is awaited. */
export function settlesAtMs(settling: Settling): number | undefined {
  const { seenBytes, settledBytes, seenAtMs, untilMs } = settling;
  if (seenBytes === undefined || seenBytes <= settledBytes) return undefined;
  return awaitedBytes(settling, seenBytes) === 0n ? Math.min(seenAtMs + leastMs, untilMs) : untilMs;
}

/** Settled as of now, or as it was. `isBound` tells that only time made it so. */
export function settle(settling: Settling, nowMs: number): { settling: Settling; isBound: boolean } {
  const { seenBytes, seenAtMs, settledBytes, untilMs } = settling;
  if (seenBytes === undefined || seenBytes <= settledBytes) return { settling, isBound: false };
  const hasFallen = awaitedBytes(settling, seenBytes) === 0n && nowMs >= seenAtMs + leastMs;
  const isBound = !hasFallen && nowMs >= untilMs;
  if (!hasFallen && !isBound) return { settling, isBound };
  return { settling: { ...settling, settledBytes: seenBytes, creditedBytes: 0n }, isBound };
}
