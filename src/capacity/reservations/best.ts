/**
 * The `count` with the highest scores. Among equals they begin at a place that the seed tells, so that pods that are asked about
 * at the same time spread, and one that is asked about twice gets the same answer.
 */
export function bestOf(
  positions: readonly number[],
  scores: readonly number[],
  count: number,
  seed: string,
): readonly number[] {
  const start = positions.length === 0 ? 0 : hashOf(seed) % positions.length;
  const turned = [...positions.slice(start), ...positions.slice(0, start)];
  const best: number[] = [];
  while (best.length < count && best.length < positions.length) {
    let next: number | undefined;
    for (const at of turned) {
      if (best.includes(at)) continue;
      if (next === undefined || (scores[at] ?? 0) > (scores[next] ?? 0)) next = at;
    }
    if (next === undefined) break;
    best.push(next);
  }
  return best;
}

/** FNV-1a, 32 bits. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
