import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, requiredNameAt, textAt } from "../../cluster/objects/fields.ts";
import type { Abandoned } from "../lost-node/give-up.ts";

/** Handle of a PersistentVolume; undefined where it is of another driver. */
export function handleOf(json: unknown, { driver }: Names): string | undefined {
  const csi = fieldsAt(fieldsAt(fieldsAt(json, "volume").spec, "spec").csi, "spec.csi");
  return csi.driver === driver ? textAt(csi.volumeHandle, "spec.csi.volumeHandle") : undefined;
}

/** A VolumeSnapshotContent as far as it tells who wants a snapshot. */
export interface SnapshotFacts {
  /** Undefined where there is none yet, or it is of another driver. */
  readonly handle: string | undefined;
  /** UID of the VolumeSnapshot that it is for. */
  readonly requester: string | undefined;
}

export function readSnapshot(json: unknown, { driver }: Names): SnapshotFacts {
  const content = fieldsAt(json, "content");
  const spec = fieldsAt(content.spec, "spec");
  const { uid } = fieldsAt(spec.volumeSnapshotRef, "spec.volumeSnapshotRef");
  const requester = textAt(uid, "spec.volumeSnapshotRef.uid");
  if (spec.driver !== driver) return { handle: undefined, requester };
  const { snapshotHandle } = fieldsAt(spec.source, "spec.source");
  // one that was taken in has it in its source, one that was made in its status
  const handle = fieldsAt(content.status, "status").snapshotHandle ?? snapshotHandle;
  return { handle: textAt(handle, "status.snapshotHandle"), requester };
}

/** A LogicalVolume as far as it tells whether it is one too many. */
export interface ObjectFacts extends Abandoned {
  readonly nodeName: string;
  readonly volumeId: string | undefined;
  readonly isLeaving: boolean;
  readonly apiVersion: string;
}

export function readObject(json: unknown, names: Names): ObjectFacts {
  const object = fieldsAt(json, "logicalVolume");
  const metadata = fieldsAt(object.metadata, "metadata");
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    finalizers: listAt(metadata.finalizers, "metadata.finalizers").map(String),
    nodeName: requiredNameAt(fieldsAt(object.spec, "spec").nodeName, "spec.nodeName"),
    volumeId: textAt(fieldsAt(object.status, "status").volumeID, "status.volumeID") || undefined,
    isLeaving: metadata.deletionTimestamp != null,
    apiVersion: `${names.driver}/v1`,
  };
}

/** A field of an object's metadata that every object has. */
export function metadataOf(json: unknown, field: "name" | "uid"): string {
  return requiredNameAt(fieldsAt(fieldsAt(json, "object").metadata, "metadata")[field], `metadata.${field}`);
}
