import type { KubeObject } from "../../kube/harness/api.ts";
import type { ControlPlane } from "../../kube/harness/control-plane.ts";
import { namespace } from "../../kube/harness/helm.ts";
import { until } from "../../kube/harness/until.ts";

/** Something that comes about while the chart is installed, and when. */
export interface Step {
  readonly what: string;
  /** Since the start. */
  readonly seconds: number;
}

/** All of it takes one minute in a guest, and three where others want the processors. */
const limitMs = 360_000;
const everyMs = 200;
const apps = `/apis/apps/v1/namespaces/${namespace}`;
const webhook = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/nativestor";

/**
 * Makes a pod with a claim as soon as an install that has just begun lets it, and watches both until the pod runs.
 * @param pod one in the namespace `default` with a generic ephemeral volume, on the node `n1`
 * @param startedAt of `performance.now()`
 */
export async function firstClaim(
  { api }: Pick<ControlPlane, "api">,
  pod: { readonly metadata: { readonly name: string } },
  startedAt: number,
): Promise<Step[]> {
  const steps: Step[] = [];
  const step = async <T>(what: string, probe: () => Promise<T | undefined | false>): Promise<T> => {
    const found = await until(what, probe, limitMs, everyMs);
    steps.push({ what, seconds: (performance.now() - startedAt) / 1000 });
    return found;
  };
  const isReady = async (path: string, field: string) => Number((await api.get(path)).status?.[field] ?? 0) > 0;
  const path = `/api/v1/namespaces/default/pods/${pod.metadata.name}`;
  const spec = async (name: string) => (await api.get(path)).spec?.[name];
  // made last of all; before, the pod would get past it
  await step("helm made all objects", () => api.get(webhook));
  await Promise.all([
    step("agent of the node ready", () => isReady(`${apps}/daemonsets/nativestor-node`, "numberReady")),
    step("room of the node published", async () => {
      const { annotations = {} } = (await api.get("/api/v1/nodes/n1")).metadata;
      return Object.keys(annotations).some((name) => name.startsWith("capacity.topolvm.io/"));
    }),
    step("service ready", () => isReady(`${apps}/deployments/nativestor`, "readyReplicas")),
    step("controller and sidecars ready", () => isReady(`${apps}/deployments/nativestor-controller`, "readyReplicas")),
    step("second scheduler ready", () => isReady(`${apps}/deployments/nativestor-scheduler`, "readyReplicas")),
    step("pod and claim taken by the API server", () => api.create("/api/v1/namespaces/default/pods", pod)),
    step("pod has its node", () => spec("nodeName").then(Boolean)),
    step("volume on the disk", async () => {
      const volumes = await api.list("/apis/topolvm.io/v1/logicalvolumes");
      return volumes.some(({ status }) => status?.["volumeID"] !== undefined);
    }),
    step("claim bound", async () => isBound(await api.list("/api/v1/namespaces/default/persistentvolumeclaims"))),
    step("pod runs, its volume mounted", async () => (await api.get(path)).status?.["phase"] === "Running"),
  ]);
  return steps;
}

const isBound = (claims: readonly KubeObject[]) => claims.some(({ status }) => status?.["phase"] === "Bound");
