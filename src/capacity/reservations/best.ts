/**
 * The `count` with the highest scores, best first. Among equals they begin at a place that the seed tells, so that pods that are
 * asked about at the same time spread, and one that is asked about twice gets the same answer.
 * @param scores whole numbers from 0 to 10, by position
 */
export function bestOf(
  positions: readonly number[],
  scores: readonly number[],
  count: number,
  seed: string,
): readonly number[] {
  if (positions.length <= count) return positions;
  const start = hashOf(seed) % positions.length;
  const best: number[] = [];
  for (let score = 10; score >= 0 && best.length < count; score -= 1)
    for (let step = 0; step < positions.length && best.length < count; step += 1) {
      const index = (start + step) % positions.length;
      if (scores[positions[index] ?? 0] === score) best.push(positions[index] ?? 0);
    }
  return best;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
