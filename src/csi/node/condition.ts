/** Whether a volume is well, as CSI's VolumeCondition has it. */
export interface Condition {
  readonly abnormal: boolean;
  readonly message: string;
}

/** Meanings of the letters of lv_attr that are not well, by their place: lvs(8). */
const states: Readonly<Record<string, string>> = {
  s: "is suspended",
  I: "is a snapshot that has overflowed",
  S: "is a suspended snapshot that has overflowed",
  m: "is a snapshot whose merge failed",
  M: "is a suspended snapshot whose merge failed",
  d: "has a device without tables",
  i: "has a device with an inactive table",
  h: "is historical",
  "-": "is not active",
  X: "is in an unknown state",
};

const healths: Readonly<Record<string, string>> = {
  p: "lacks a disk",
  r: "needs a refresh: a disk failed to write",
  m: "has blocks that differ between its mirrors",
  F: "failed: its thin pool takes no more",
  D: "is out of data space in its thin pool",
  M: "is read-only: its thin pool's metadata failed",
  X: "is in unknown health",
};

const well: Condition = { abnormal: false, message: "the volume is well" };

/**
 * Reads the condition from lv_attr and from how the file system is mounted now: a kernel that meets errors turns it
 * read-only.
 * @param turnedReadOnly a file system that was mounted for writing and is no longer
 */
export function conditionOf(attr: string, turnedReadOnly: boolean): Condition {
  const state = states[attr.charAt(4)];
  if (state !== undefined) return { abnormal: true, message: `the volume ${state}` };
  const health = healths[attr.charAt(8)];
  if (health !== undefined) return { abnormal: true, message: `the volume ${health}` };
  if (turnedReadOnly) return { abnormal: true, message: "the kernel turned the file system read-only after errors" };
  return well;
}
