/**
 * True when version `a` is later than `b`. Versions of one resource are whole numbers that grow (Kubernetes enhancement
 * 5504, "Comparable resource version"); where one is no number, the one that arrived last counts as later.
 */
export function isLater(a: string, b: string): boolean {
  if (!isNumber(a) || !isNumber(b)) return true;
  return a.length === b.length ? a > b : a.length > b.length;
}

function isNumber(version: string): boolean {
  return /^[1-9]\d*$/.test(version);
}
