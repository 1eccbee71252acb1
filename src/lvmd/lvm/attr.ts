import { NativestorError } from "../../base/errors.ts";

/** What the ten letters of lv_attr say. Source: lvs(8), "Logical volume attributes"; letters keep their order there. */
export interface LvAttributes {
  readonly type: VolumeType;
  readonly permissions: "writeable" | "read-only" | "read-only-activation" | "unknown";
  readonly allocation: "anywhere" | "contiguous" | "inherited" | "cling" | "normal" | "unknown";
  /** An allocation policy that is locked against changes (pvmove runs). */
  readonly allocationLocked: boolean;
  readonly fixedMinor: boolean;
  readonly state: VolumeState;
  /** Something holds the device open; undefined where LVM could not ask. */
  readonly open: boolean | undefined;
  readonly target: "cache" | "integrity" | "mirror" | "raid" | "snapshot" | "thin" | "virtual" | "unknown" | "none";
  /** Newly given blocks of a thin pool are zeroed first. */
  readonly zero: boolean;
  readonly health: VolumeHealth;
  readonly skipActivation: boolean;
}

type VolumeType = (typeof types)[keyof typeof types];
type VolumeState = (typeof states)[keyof typeof states];
type VolumeHealth = (typeof healths)[keyof typeof healths];

const types = {
  C: "cache",
  m: "mirrored",
  M: "mirrored-without-initial-sync",
  o: "origin",
  O: "origin-with-merging-snapshot",
  g: "integrity",
  r: "raid",
  R: "raid-without-initial-sync",
  s: "snapshot",
  S: "merging-snapshot",
  p: "pvmove",
  v: "virtual",
  i: "image",
  I: "image-out-of-sync",
  l: "mirror-log",
  c: "under-conversion",
  V: "thin-volume",
  t: "thin-pool",
  T: "thin-pool-data",
  d: "vdo-pool",
  D: "vdo-pool-data",
  e: "metadata-or-spare",
  "-": "plain",
} as const;

const permissions = { w: "writeable", r: "read-only", R: "read-only-activation", "-": "unknown" } as const;

const allocations = {
  a: "anywhere",
  c: "contiguous",
  i: "inherited",
  l: "cling",
  n: "normal",
  "-": "unknown",
} as const;

const states = {
  a: "active",
  h: "historical",
  s: "suspended",
  I: "invalid-snapshot",
  S: "invalid-suspended-snapshot",
  m: "snapshot-merge-failed",
  M: "suspended-snapshot-merge-failed",
  d: "device-without-table",
  i: "device-with-inactive-table",
  c: "thin-pool-check-needed",
  C: "suspended-thin-pool-check-needed",
  X: "unknown",
  "-": "inactive",
} as const;

const targets = {
  C: "cache",
  g: "integrity",
  m: "mirror",
  r: "raid",
  s: "snapshot",
  t: "thin",
  u: "unknown",
  v: "virtual",
  "-": "none",
} as const;

const healths = {
  p: "disk-missing",
  X: "unknown",
  r: "raid-refresh-needed",
  m: "raid-mismatches",
  w: "raid-writemostly",
  R: "raid-reshape-removed",
  s: "raid-reshaping",
  F: "failed",
  D: "out-of-data-space",
  M: "metadata-read-only",
  E: "writecache-error",
  "-": "well",
} as const;

/**
 * Reads an lv_attr. A letter of a later LVM that is not known is told as the nearest thing to "unknown", so that one new
 * letter does not stop the daemon.
 * @throws NativestorError `internal` where the text has no ten characters
 */
export function parseAttributes(text: string): LvAttributes {
  if (text.length !== 10)
    throw new NativestorError("internal", `lv_attr: ${JSON.stringify(text)} has ${text.length} letters, not 10`);
  const at = (index: number) => text[index] ?? "-";
  const policy = at(2);
  return {
    type: letter(types, at(0), "plain"),
    permissions: letter(permissions, at(1), "unknown"),
    allocation: letter(allocations, policy.toLowerCase(), "unknown"),
    allocationLocked: policy !== policy.toLowerCase(),
    fixedMinor: at(3) === "m",
    state: letter(states, at(4), "unknown"),
    open: at(5) === "X" ? undefined : at(5) === "o",
    target: letter(targets, at(6), "unknown"),
    zero: at(7) === "z",
    health: letter(healths, at(8), "unknown"),
    skipActivation: at(9) === "k",
  };
}

function letter<T extends string>(meanings: Readonly<Record<string, T>>, key: string, other: T): T {
  return Object.hasOwn(meanings, key) ? (meanings[key] ?? other) : other;
}

const illStates: Partial<Record<VolumeState, string>> = {
  suspended: "is suspended: reads and writes wait",
  "invalid-snapshot": "is an invalid snapshot: its room for changes ran full",
  "invalid-suspended-snapshot": "is an invalid snapshot: its room for changes ran full",
  "snapshot-merge-failed": "could not be merged into its origin",
  "suspended-snapshot-merge-failed": "could not be merged into its origin",
  "device-without-table": "is half activated: its device has no table",
  "device-with-inactive-table": "is half activated: its device has a table that is not in force",
  "thin-pool-check-needed": "is a thin pool whose metadata has to be checked",
  "suspended-thin-pool-check-needed": "is a thin pool whose metadata has to be checked",
};

const illHealths: Partial<Record<VolumeHealth, string>> = {
  "disk-missing": "uses a disk that is missing",
  "raid-refresh-needed": "is degraded: an image failed or was replaced and has to be refreshed",
  "raid-mismatches": "has RAID images that differ",
  failed: "has failed",
  "out-of-data-space": "is a thin pool without free data blocks",
  "metadata-read-only": "is a thin pool whose metadata is read-only",
  "writecache-error": "had errors in its write cache",
};

/** What is wrong with a volume, as the end of a sentence about it; undefined where it is well. */
export function illnessOf(attributes: LvAttributes): string | undefined {
  return illHealths[attributes.health] ?? illStates[attributes.state];
}
