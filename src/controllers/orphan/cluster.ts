import type { Abandoned } from "../lost-node/give-up.ts";
import type { Orphan } from "./orphan.ts";
import type { ObjectFacts, SnapshotFacts } from "./read.ts";

/** An orphaned LogicalVolume. */
export interface OrphanedObject extends Orphan, Abandoned {}

/** What the cluster holds, read at about one time: LogicalVolumes first, so that what wants them is not older. */
export interface ClusterContent {
  readonly logicalVolumes: readonly ObjectFacts[];
  /** What PersistentVolumes of the driver name. */
  readonly handles: readonly (string | undefined)[];
  /** Of VolumeSnapshotContents; empty where the cluster has no such kind. */
  readonly snapshots: readonly SnapshotFacts[];
  /** UIDs of all PersistentVolumeClaims. */
  readonly claims: readonly string[];
  /** Names of all Nodes. */
  readonly nodes: readonly string[];
}

/** Names that csi-provisioner and csi-snapshotter give end in the UID of the claim or VolumeSnapshot that it is for. */
const requesterForm = /-([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/**
 * LogicalVolumes that nobody wants, or whose node is not there. Those that are being made or removed are none; nor are those
 * whose claim or snapshot is there: a sidecar that was away comes for them again.
 */
export function orphansIn({ logicalVolumes, handles, snapshots, claims, nodes }: ClusterContent): OrphanedObject[] {
  const wanted = new Set([...handles, ...snapshots.map(({ handle }) => handle)]);
  const requesters = new Set([...claims, ...snapshots.map(({ requester }) => requester)]);
  const present = new Set(nodes);
  return logicalVolumes.flatMap((volume) => {
    if (!present.has(volume.nodeName))
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

function orphan({ name, uid, finalizers, apiVersion }: ObjectFacts, kind: Orphan["kind"], why: string): OrphanedObject {
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
