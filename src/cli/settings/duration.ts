const unitsMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a time such as `500ms`, `90s`, `5m`, `1h`, `1h30m`, as Go writes them; a bare number is seconds.
 * @throws Error that says what would be right
 */
export function parseDuration(raw: unknown): number {
  const text = typeof raw === "number" ? `${raw}s` : raw;
  if (typeof text !== "string" || !/^(\d+(\.\d+)?(ms|s|m|h))+$/.test(text))
    throw new Error("must be a time such as 500ms, 90s, 5m or 1h30m");
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/([\d.]+)(ms|s|m|h)/g))
    sum += Number(number) * (unitsMs[unit ?? ""] ?? 0);
  return Math.round(sum);
}
