/** Fields of requests that say what a call is about. All else stays out of logs: it is long, or it may be secret. */
const fields = [
  "name",
  "volumeId",
  "snapshotId",
  "sourceVolumeId",
  "targetPath",
  "volumePath",
  "readonly",
  "requiredBytes",
  "limitBytes",
] as const;

/** What a request is about, for its log line. */
export function subjectOf(request: unknown): Readonly<Record<string, string>> {
  const { capacityRange, ...rest } = request as { capacityRange?: object };
  const all: Record<string, unknown> = { ...rest, ...capacityRange };
  const told = fields.filter((field) => isTold(all[field])).map((field) => [field, String(all[field])]);
  return Object.fromEntries(told) as Record<string, string>;
}

function isTold(value: unknown): boolean {
  if (typeof value === "bigint") return value !== 0n;
  return (typeof value === "string" && value !== "") || value === true;
}
