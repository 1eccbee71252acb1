import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, requiredNameAt, textAt } from "../../cluster/objects/fields.ts";
import type { Abandoned } from "../lost-node/give-up.ts";
import type { Orphan } from "./orphan.ts";

/** An orphaned LogicalVolume. */
export interface OrphanedObject extends Orphan, Abandoned {}

/** What the cluster holds, read at about one time: LogicalVolumes first, so that what wants them is not older. */
export interface ClusterContent {
  readonly logicalVolumes: readonly unknown[];
  readonly persistentVolumes: readonly unknown[];
  /** VolumeSnapshotContents; empty where the cluster has no such kind. */
  readonly snapshots: readonly unknown[];
  /** UIDs of all PersistentVolumeClaims. */
  readonly claims: ReadonlySet<string>;
  /** Names of all Nodes. */
  readonly nodes: ReadonlySet<string>;
}

/** Names that csi-provisioner and csi-snapshotter give end in the UID of the claim or VolumeSnapshot that it is for. */
const requesterForm = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * LogicalVolumes that nobody wants, or whose node is not there. Those that are being made or removed are none; nor are those
 * whose claim or snapshot is there: a sidecar that was away comes for them again.
 */
export function orphansIn(content: ClusterContent, names: Names): OrphanedObject[] {
  const wanted = new Set([
    ...content.persistentVolumes.map((json) => handleOfVolume(json, names)),
    ...content.snapshots.map((json) => handleOfSnapshot(json, names)),
  ]);
  const requesters = new Set([...content.claims, ...content.snapshots.map(snapshotUidOf)]);
  return content.logicalVolumes.flatMap((json) => {
    const volume = readVolume(json, names);
    if (!content.nodes.has(volume.nodeName))
      return [orphan(volume, "lost-node", `its node ${volume.nodeName} is not in the cluster`)];
    if (volume.isLeaving || volume.volumeId === undefined || wanted.has(volume.volumeId)) return [];
    const requester = requesterForm.exec(volume.name)?.[1];
    if (requesters.has(requester)) return [];
    return [orphan(volume, "logical-volume", unwanted(requester))];
  });
}

function unwanted(requester: string | undefined): string {
  const unnamed = "no PersistentVolume and no VolumeSnapshotContent names it";
  return requester === undefined ? unnamed : `${unnamed}, and whatever asked for it (uid ${requester}) is gone`;
}

function snapshotUidOf(json: unknown): string | undefined {
  const { volumeSnapshotRef } = fieldsAt(fieldsAt(json, "content").spec, "spec");
  return textAt(fieldsAt(volumeSnapshotRef, "spec.volumeSnapshotRef").uid, "spec.volumeSnapshotRef.uid");
}

function handleOfVolume(json: unknown, { driver }: Names): string | undefined {
  const csi = fieldsAt(fieldsAt(fieldsAt(json, "volume").spec, "spec").csi, "spec.csi");
  return csi.driver === driver ? textAt(csi.volumeHandle, "spec.csi.volumeHandle") : undefined;
}

function handleOfSnapshot(json: unknown, { driver }: Names): string | undefined {
  const content = fieldsAt(json, "content");
  const spec = fieldsAt(content.spec, "spec");
  if (spec.driver !== driver) return undefined;
  const { snapshotHandle } = fieldsAt(spec.source, "spec.source");
  // one that was taken in has it in its source, one that was made in its status
  return textAt(fieldsAt(content.status, "status").snapshotHandle ?? snapshotHandle, "status.snapshotHandle");
}

interface Volume extends Abandoned {
  readonly nodeName: string;
  readonly volumeId: string | undefined;
  readonly isLeaving: boolean;
  readonly apiVersion: string;
}

function readVolume(json: unknown, names: Names): Volume {
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

function orphan({ name, uid, finalizers, apiVersion }: Volume, kind: Orphan["kind"], why: string): OrphanedObject {
  const regarding = { apiVersion, kind: "LogicalVolume", name, uid };
  return {
    kind,
    key: uid,
    regarding,
    note: `LogicalVolume ${name} seems to be orphaned: ${why}`,
    name,
    uid,
    finalizers,
  };
}
