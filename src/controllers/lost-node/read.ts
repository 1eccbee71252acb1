import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, requiredNameAt, textAt, textsAt } from "../../cluster/objects/fields.ts";
import type { Abandoned } from "./give-up.ts";

/** A Node that is being removed and waits for us. */
export interface LeavingNode {
  readonly name: string;
  readonly finalizers: readonly string[];
}

/** Reads a Node's metadata; undefined where there is nothing to do about it. */
export function readLeavingNode(json: unknown, names: Names): LeavingNode | undefined {
  const metadata = fieldsAt(fieldsAt(json, "node").metadata, "metadata");
  const finalizers = listAt(metadata.finalizers, "metadata.finalizers").map(String);
  if (metadata.deletionTimestamp == null || !finalizers.includes(names.nodeFinalizer)) return undefined;
  return { name: requiredNameAt(metadata.name, "metadata.name"), finalizers };
}

const selectedNode = "volume.kubernetes.io/selected-node";

/** A claim by its object. */
export interface PlacedClaim {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  readonly storageClass: string | undefined;
}

/** Reads a claim; undefined where the scheduler has chosen no node for it, or another one, or it is leaving already. */
export function readPlacedClaim(json: unknown, node: string): PlacedClaim | undefined {
  const claim = fieldsAt(json, "claim");
  const metadata = fieldsAt(claim.metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  if (annotations[selectedNode] !== node || metadata.deletionTimestamp != null) return undefined;
  return {
    namespace: requiredNameAt(metadata.namespace, "metadata.namespace"),
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    storageClass: textAt(fieldsAt(claim.spec, "spec").storageClassName, "spec.storageClassName"),
  };
}

/** Reads a LogicalVolume; undefined where it is on another node. */
export function readAbandoned(json: unknown, node: string): Abandoned | undefined {
  const volume = fieldsAt(json, "logicalVolume");
  const metadata = fieldsAt(volume.metadata, "metadata");
  if (fieldsAt(volume.spec, "spec").nodeName !== node) return undefined;
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    finalizers: listAt(metadata.finalizers, "metadata.finalizers").map(String),
  };
}
