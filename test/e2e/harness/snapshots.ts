import type { KubeObject } from "../../kube/harness/api.ts";
import type { Space } from "./space.ts";

interface Snapshot extends KubeObject {
  readonly status?: { readonly readyToUse?: boolean };
}

/** As a claim's `dataSource`. */
export const snapshotSource = (name: string) => ({
  apiGroup: "snapshot.storage.k8s.io",
  kind: "VolumeSnapshot",
  name,
});

const pathOf = ({ name }: Space) => `/apis/snapshot.storage.k8s.io/v1/namespaces/${name}/volumesnapshots`;

/** Asks for a snapshot of a claim. */
export function createSnapshot(space: Space, name: string, claim: string): Promise<unknown> {
  return space.cluster.api.create(pathOf(space), {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshot",
    metadata: { name },
    spec: { volumeSnapshotClassName: "snapshots", source: { persistentVolumeClaimName: claim } },
  });
}

/** Resolves when a snapshot can be used. */
export function snapshotReady(space: Space, name: string): Promise<unknown> {
  return space.eventually(
    `snapshot ${name} is ready`,
    name,
    async () => (await space.cluster.api.get<Snapshot>(`${pathOf(space)}/${name}`)).status?.readyToUse,
  );
}

/** Removes a snapshot and waits until it is gone. */
export async function removeSnapshot(space: Space, name: string): Promise<void> {
  await space.cluster.api.remove(`${pathOf(space)}/${name}`);
  await space.gone(`${pathOf(space)}/${name}`);
}
