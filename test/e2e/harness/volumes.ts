import assert from "node:assert/strict";
import type { KubeObject } from "../../kube/harness/api.ts";
import type { RealCluster } from "./cluster.ts";
import type { Node } from "./node.ts";
import { slowly } from "./slowly.ts";
import type { Space } from "./space.ts";

interface PersistentVolume extends KubeObject {
  readonly spec: { readonly csi?: { readonly volumeHandle: string } };
}

interface SnapshotContent extends KubeObject {
  readonly status?: { readonly snapshotHandle?: string };
}

/** Where the volume of a claim is. */
export interface Placed {
  /** Its name on disk. */
  readonly id: string;
  readonly node: Node;
}

const volumesPath = "/apis/topolvm.io/v1/logicalvolumes";

/** The node and the name on disk of a claim's volume. */
export async function placed(cluster: RealCluster, space: Space, claim: string): Promise<Placed> {
  const { volumeName = "" } = (await space.bound(claim)).spec;
  return placedVolume(cluster, volumeName);
}

/** The node and the name on disk of a PersistentVolume. */
export async function placedVolume(cluster: RealCluster, volumeName: string): Promise<Placed> {
  const { spec } = await cluster.api.get<PersistentVolume>(`/api/v1/persistentvolumes/${volumeName}`);
  const id = spec.csi?.volumeHandle ?? "";
  const all = await cluster.api.list(volumesPath);
  const found = all.find(({ metadata }) => metadata.uid === id);
  return { id, node: cluster.node(String(found?.spec?.["nodeName"])) };
}

/** Resolves when a volume is not on its node's disks any more. */
export function goneFromDisk({ id, node }: Placed): Promise<unknown> {
  return slowly(`${id} is off the disk`, async () => !(await node.volumesOnDisk()).includes(id));
}

/**
 * Volumes as the cluster's objects, our objects, and the disks have them; all three are the same once everything has
 * come to rest.
 */
interface Accounts {
  readonly wanted: readonly string[];
  readonly known: readonly string[];
  readonly onDisk: readonly string[];
}

async function wantedAndKnown({ api }: RealCluster): Promise<Pick<Accounts, "wanted" | "known">> {
  const volumes = await api.list<PersistentVolume>("/api/v1/persistentvolumes");
  const snapshots = await api.list<SnapshotContent>("/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents");
  const known = await api.list(volumesPath);
  return {
    wanted: [
      ...volumes.map(({ spec }) => spec.csi?.volumeHandle ?? ""),
      ...snapshots.map(({ status }) => status?.snapshotHandle ?? ""),
    ].sort(),
    known: known.map(({ metadata }) => String(metadata.uid)).sort(),
  };
}

async function onDisks({ nodes }: RealCluster): Promise<string[]> {
  return (await Promise.all(nodes.map((node) => node.volumesOnDisk()))).flat().sort();
}

/** Resolves when the three accounts are the same, with what they say. */
export async function settled(cluster: RealCluster): Promise<readonly string[]> {
  let last: Accounts | undefined;
  try {
    await slowly("what is wanted, known and on disk is the same", async () => {
      const objects = await wantedAndKnown(cluster);
      const areSame = String(objects.wanted) === String(objects.known);
      // lvs takes a guest half a second, in which it makes nothing that is waited for
      last = { ...objects, onDisk: areSame ? await onDisks(cluster) : [] };
      return areSame && String(last.known) === String(last.onDisk);
    });
  } catch (error) {
    if (last === undefined) throw error;
    const { wanted, known } = last;
    assert.deepEqual({ known, onDisk: await onDisks(cluster) }, { known: wanted, onDisk: wanted });
  }
  return last?.onDisk ?? [];
}
