import type { NodeVolume } from "./read.ts";

/** What a node does next about a LogicalVolume. */
export type Step =
  /** Nothing, or nothing until somebody changes it. */
  | { readonly kind: "done" }
  /** Put the finalizer on, before there is anything on disk that it has to guard. */
  | { readonly kind: "guard" }
  /** Make it, or find it made: by a process that died before it could write that down. */
  | { readonly kind: "make" }
  /** As `make`, from the LogicalVolume of this name. */
  | { readonly kind: "copy"; readonly source: string; readonly accessType: "ro" | "rw" }
  /** It was made, and its size is not known. */
  | { readonly kind: "measure" }
  | { readonly kind: "grow" }
  /** Take it off the disk, whether it is there or not, and then let the object go. */
  | { readonly kind: "remove" };

const done: Step = { kind: "done" };

/**
 * The next step by what the object says. The disk is not asked first: every change answers the same where it was done before.
 * @param tried what was wished for at the last attempt of this process (`wishOf`)
 */
export function nextStep(volume: NodeVolume, finalizer: string, tried: string | undefined): Step {
  const isGuarded = volume.finalizers.includes(finalizer);
  if (volume.isGivenUp) return done;
  if (volume.isLeaving) return isGuarded ? { kind: "remove" } : done;
  // it failed: whoever wished for it reads the reason, and takes the wish back
  if (volume.volumeId === undefined && volume.code !== 0) return done;
  if (!isGuarded) return { kind: "guard" };
  if (volume.volumeId === undefined) return making(volume);
  if (isLargeEnough(volume)) return done;
  // it failed: that is tried again when it is asked for again, and once by a process that knows of no attempt
  if (volume.code !== 0 && tried === wishOf(volume)) return done;
  return volume.currentBytes === undefined ? { kind: "measure" } : { kind: "grow" };
}

/** What is wished for of a volume that exists; another text is another wish. */
export function wishOf({ wantedBytes, resizeRequestedAt }: NodeVolume): string {
  return `${wantedBytes} ${resizeRequestedAt}`;
}

function making({ source, accessType }: NodeVolume): Step {
  return source === undefined ? { kind: "make" } : { kind: "copy", source, accessType: accessType ?? "rw" };
}

function isLargeEnough({ currentBytes, wantedBytes }: NodeVolume): boolean {
  return currentBytes !== undefined && currentBytes >= wantedBytes;
}
