import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, nameAt, requiredNameAt } from "../../cluster/objects/fields.ts";

/** A claim about which there may be something to do. */
export interface TroubledClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly isLeaving: boolean;
  readonly finalizers: readonly string[];
}

/** Finalizer of TopoLVM before it was called `topolvm.io`. Nothing waits for it. */
export const outdatedFinalizer = "topolvm.cybozu.com/pvc";

/**
 * Reads a claim, of which only the metadata is looked at; undefined where there is nothing to do about it: it is not
 * leaving and has no outdated finalizer.
 */
export function readTroubledClaim(json: unknown, names: Names): TroubledClaim | undefined {
  const metadata = fieldsAt(fieldsAt(json, "claim").metadata, "metadata");
  const finalizers = listAt(metadata.finalizers, "metadata.finalizers").map(String);
  const isLeaving = metadata.deletionTimestamp != null;
  if (!isLeaving && !finalizers.includes(outdatedFinalizer)) return undefined;
  if (!isLeaving && names.claimFinalizer === outdatedFinalizer) return undefined;
  return {
    namespace: nameAt(metadata.namespace, "metadata.namespace") ?? "default",
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    isLeaving,
    finalizers,
  };
}
