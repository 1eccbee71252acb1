import { type ClaimFacts, requestedBytes, type StorageClassFacts } from "../demand.ts";
import { annotationClass } from "../device-class.ts";
import type { Counted } from "../counted.ts";
import type { Names } from "../names.ts";
import { takenBytes } from "./unit.ts";

/** A claim as the ledger looks at it. */
export interface ClaimTrace {
  readonly uid: string;
  /** `NAMESPACE/NAME`. */
  readonly key: string;
  readonly deviceClass: string;
  /** Whole extents. */
  readonly bytes: bigint;
  /** Where its volume is to be made; undefined where nobody has chosen. */
  readonly node: string | undefined;
  readonly bound: boolean;
}

/** A LogicalVolume as the ledger looks at it. */
export interface VolumeTrace {
  readonly name: string;
  readonly uid: string;
  readonly node: string;
  readonly deviceClass: string;
  readonly wantedBytes: bigint;
  /** Real size; undefined until it is made. */
  readonly currentBytes: bigint | undefined;
  /** Its last attempt failed. */
  readonly hasFailed: boolean;
  /** undefined where its node does not tell. */
  readonly counted: Counted | undefined;
  /** How long ago it was asked for, by the API server's clock. */
  readonly ageMs: number;
}

/** Trace of a claim of ours; undefined for others, and for one that the API server has still to number. */
export function claimTraceOf(
  claim: ClaimFacts,
  storageClass: StorageClassFacts | undefined,
  names: Names,
): ClaimTrace | undefined {
  if (claim.uid === undefined || storageClass?.provisioner !== names.driver) return undefined;
  return {
    uid: claim.uid,
    key: claimKeyOf(claim.namespace, claim.name),
    deviceClass: annotationClass(storageClass.parameters[names.deviceClassParameter]),
    bytes: takenBytes(requestedBytes(claim)),
    node: claim.selectedNode,
    bound: claim.bound,
  };
}

/** Key of a claim or pod. */
export function claimKeyOf(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

const endsWithUid = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * What a LogicalVolume and its claim have in common: the claim's uid, with which csi-provisioner ends the volume's name
 * (`pvc-UID` by default); for other volumes, such as snapshots, the whole name.
 */
export function promiseKeyOf(volumeName: string): string {
  return endsWithUid.exec(volumeName)?.[1] ?? volumeName;
}
