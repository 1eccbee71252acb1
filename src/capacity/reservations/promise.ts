import type { ClaimTrace, VolumeTrace } from "./facts.ts";
import type { Hold } from "./hold.ts";
import { outstandingBytes, tells } from "./outstanding.ts";
import type { Settling } from "./settling.ts";

/** A claim and its volume, as far as each has been seen. */
export interface Promised {
  readonly claim: ClaimTrace | undefined;
  readonly volume: VolumeTrace | undefined;
  /** The claim is gone, or bound, and its volume has not been seen: it counts until then. */
  readonly claimUntilMs: number | undefined;
  readonly settling: Settling | undefined;
}

/**
 * What has to be held for a claim and its volume: the claim's bytes on the node that it names, until the volume is seen
 * there; then what of the volume is not in the node's figures yet. A volume on another node, left from an earlier attempt,
 * is held beside it.
 */
export function holdsOf(promised: Promised, generation: number | undefined): Omit<Hold, "sinceMs">[] {
  const { claim, volume, settling } = promised;
  const holds: Omit<Hold, "sinceMs">[] = [];
  if (volume !== undefined) {
    const { name, node, deviceClass } = volume;
    const bytes = outstandingBytes(volume, generation, settling?.settledBytes ?? 0n);
    const endsByTime = volume.currentBytes !== undefined && !tells(volume, generation);
    if (bytes > 0n) holds.push({ kind: "volume", owner: `volume ${name}`, node, deviceClass, bytes, endsByTime });
  }
  if (claim?.node !== undefined && !isCovered(claim, volume)) {
    const { key, node, deviceClass, bytes } = claim;
    const endsByTime = promised.claimUntilMs !== undefined;
    if (bytes > 0n) holds.push({ kind: "placed", owner: `claim ${key}`, node, deviceClass, bytes, endsByTime });
  }
  return holds;
}

/** The claim's volume is there, or being made, and stands for it. */
function isCovered(claim: ClaimTrace | undefined, volume: VolumeTrace | undefined): boolean {
  if (volume === undefined || volume.node !== claim?.node) return false;
  return volume.currentBytes !== undefined || !volume.hasFailed;
}

/**
 * With what is seen of the claim now. One that ends, or is bound, before its volume was seen counts on: a volume may be in
 * the making, or on its way to us. One that is seen first when it is bound has its volume, and counts for nothing.
 * @param isAwaited its pod was let through, and nothing has been seen of the choice: then also one that is bound is news
 */
export function withClaim(
  promised: Promised,
  claim: ClaimTrace | undefined,
  untilMs: number,
  isAwaited: boolean,
): Promised {
  if (claim !== undefined && !claim.bound) return { ...promised, claim, claimUntilMs: undefined };
  const { volume, claimUntilMs } = promised;
  const before = promised.claim ?? (isAwaited ? claim : undefined);
  if (before?.node === undefined || isCovered(before, volume))
    return { ...promised, claim: undefined, claimUntilMs: undefined };
  return { ...promised, claim: before, claimUntilMs: claimUntilMs ?? untilMs };
}

/** With what is seen of the volume now; undefined where it is gone. */
export function withVolume(promised: Promised, volume: VolumeTrace | undefined): Promised {
  const isOther = promised.volume?.uid !== volume?.uid;
  const next = { ...promised, volume, ...(isOther && { settling: undefined }) };
  const isOver = promised.claimUntilMs !== undefined && isCovered(promised.claim, volume);
  return isOver ? { ...next, claim: undefined, claimUntilMs: undefined } : next;
}
