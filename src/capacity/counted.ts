/** How far a volume is contained in the figures that its node publishes. Written by the node on the LogicalVolume. */
export interface Counted {
  /** From this generation of the node's figures on, all of the volume's current size is in them. */
  readonly generation: number;
  /** What of it was in them before. */
  readonly earlierBytes: bigint;
}

/**
 * Bytes of a volume that the figures of this generation contain.
 * @param currentBytes its real size; 0 where it does not exist yet
 * @param counted undefined where the node does not tell: what was made by a node that does not is long in its figures
 * @param generation of the figures; undefined where the node does not tell
 */
export function countedBytes(
  counted: Counted | undefined,
  currentBytes: bigint,
  generation: number | undefined,
): bigint {
  if (counted === undefined || generation === undefined) return currentBytes;
  return generation >= counted.generation ? currentBytes : counted.earlierBytes;
}
