import type { Names } from "../../capacity/names.ts";
import { outdatedFinalizer, type TroubledClaim } from "./read.ts";

/** What is to be done about a claim. */
export type ClaimStep =
  | { readonly kind: "done" }
  /** Take this finalizer off. */
  | { readonly kind: "release"; readonly finalizer: string }
  /** Remove the pods that hold it, and look again while others have to do with it. */
  | { readonly kind: "free" };

/**
 * As TopoLVM does. A pod that waits for a claim which is being removed never comes up again by itself, and one that runs
 * keeps the claim from going: whoever removes a claim wants both gone.
 * @param isOurs its StorageClass has our provisioner
 */
export function claimStep(claim: TroubledClaim, isOurs: boolean, names: Names): ClaimStep {
  const { claimFinalizer } = names;
  if (claimFinalizer !== outdatedFinalizer && claim.finalizers.includes(outdatedFinalizer))
    return { kind: "release", finalizer: outdatedFinalizer };
  const isMarked = claim.finalizers.includes(claimFinalizer);
  if (!claim.isLeaving || !(isOurs || isMarked)) return { kind: "done" };
  if (claim.finalizers.some((finalizer) => finalizer !== claimFinalizer)) return { kind: "free" };
  return isMarked ? { kind: "release", finalizer: claimFinalizer } : { kind: "done" };
}
