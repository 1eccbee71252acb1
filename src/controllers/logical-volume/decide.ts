import type { NodeVolume } from "./read.ts";

/** What a node does next about a LogicalVolume. */
export type Step =
  /** Nothing, or nothing until somebody changes it. */
  | { readonly kind: "done" }
  /** Put the finalizer on, before there is anything on disk that it has to guard. */
  | { readonly kind: "guard" }
  | { readonly kind: "make" }
  | { readonly kind: "copy"; readonly source: string; readonly accessType: "ro" | "rw" }
  /** It is on disk, with this size: only the status lacks it. */
  | { readonly kind: "record"; readonly sizeBytes: bigint }
  | { readonly kind: "grow" }
  /** It has to be on disk, and is not. */
  | { readonly kind: "miss" }
  /** Take it off the disk, whether it is there or not, and then let the object go. */
  | { readonly kind: "remove" };

/** A volume as the disk has it. */
export interface OnDisk {
  readonly sizeBytes: bigint;
}

const done: Step = { kind: "done" };

/**
 * The step that needs no look at the disk; undefined where that has to be asked.
 * @param tried what was wished for at the last attempt of this process (`wishOf`)
 */
export function stepAtOnce(volume: NodeVolume, finalizer: string, tried: string | undefined): Step | undefined {
  const isGuarded = volume.finalizers.includes(finalizer);
  if (volume.isGivenUp) return done;
  if (volume.isLeaving) return isGuarded ? { kind: "remove" } : done;
  // it failed: whoever wished for it reads the reason, and takes the wish back
  if (volume.volumeId === undefined && volume.code !== 0) return done;
  if (!isGuarded) return { kind: "guard" };
  if (volume.volumeId === undefined) return undefined;
  if (isLargeEnough(volume)) return done;
  // a growth failed: it is tried again when it is asked for again, and once by a process that knows of no attempt
  if (volume.code !== 0 && tried === wishOf(volume)) return done;
  return undefined;
}

/** The step once the disk was looked at. `disk` is undefined where the volume is not there. */
export function stepFor(volume: NodeVolume, disk: OnDisk | undefined): Step {
  if (disk === undefined && volume.volumeId !== undefined) return { kind: "miss" };
  if (disk === undefined && volume.source !== undefined)
    return { kind: "copy", source: volume.source, accessType: volume.accessType ?? "rw" };
  if (disk === undefined) return { kind: "make" };
  const isRecorded = volume.volumeId !== undefined && volume.currentBytes === disk.sizeBytes;
  if (!isRecorded) return { kind: "record", sizeBytes: disk.sizeBytes };
  return disk.sizeBytes < volume.wantedBytes ? { kind: "grow" } : done;
}

/** What is wished for of a volume that exists; another text is another wish. */
export function wishOf({ wantedBytes, resizeRequestedAt }: NodeVolume): string {
  return `${wantedBytes} ${resizeRequestedAt}`;
}

function isLargeEnough({ currentBytes, wantedBytes }: NodeVolume): boolean {
  return currentBytes !== undefined && currentBytes >= wantedBytes;
}
