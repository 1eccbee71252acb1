import { slowly } from "../../e2e/harness/slowly.ts";
import type { Api } from "../../kube/harness/api.ts";
import { namespace } from "../../kube/harness/helm.ts";

interface Deployment {
  readonly metadata: { readonly name: string; readonly generation: number };
  readonly spec: { readonly replicas: number };
  readonly status: {
    readonly observedGeneration?: number;
    readonly replicas?: number;
    readonly updatedReplicas?: number;
    readonly availableReplicas?: number;
  };
}

/**
 * Looks at our Deployments as they are.
 * @returns what waits until one of them was changed since, its new pods are there, and the old ones are told to end
 */
export async function rolledOut(api: Api): Promise<(name: string) => Promise<void>> {
  const path = `/apis/apps/v1/namespaces/${namespace}/deployments`;
  const before = new Map(
    (await api.list<Deployment>(path)).map(({ metadata: { name, generation } }) => [name, generation]),
  );
  return async (name) => {
    await slowly(`${name} has been exchanged`, async () => {
      const { metadata, spec, status } = await api.get<Deployment>(`${path}/${name}`);
      return (
        metadata.generation > (before.get(name) ?? Number.POSITIVE_INFINITY) &&
        status.observedGeneration === metadata.generation &&
        [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => count === spec.replicas)
      );
    });
  };
}
