import type { ControlPlane } from "./control-plane.ts";
import { capacityAnnotation, claimSpec } from "./objects.ts";

const gib = 2 ** 30;
const claimsPath = "/api/v1/namespaces/default/persistentvolumeclaims";
const podsPath = "/api/v1/namespaces/default/pods";

/** What of a pod differs from one that asks for 3 GiB of ssd. */
export interface DemandOptions {
  readonly schedulerName?: string | undefined;
  /** Classes of which it wants 3 GiB each. */
  readonly classes?: readonly string[];
  /** Admission has seen it; true by default. */
  readonly isMarked?: boolean;
  /** Laid over the pod's spec. */
  readonly spec?: object;
}

/** So many names, numbered. */
export function namesOf(kind: string, many: number): string[] {
  return Array.from({ length: many }, (_, at) => `${kind}-${at}`);
}

/** A pod with a claim of 3 GiB, called as the pod, or with one for each class, as admission leaves it. */
export async function createDemandingPod(
  plane: ControlPlane,
  name: string,
  options: DemandOptions = {},
): Promise<void> {
  const { classes = ["ssd"] } = options;
  const claims = classes.map((deviceClass, at) => ({ name: at === 0 ? name : `${name}-${deviceClass}`, deviceClass }));
  for (const claim of claims) await createDemandingClaim(plane, claim.name, claim.deviceClass);
  await plane.api.create(podsPath, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, annotations: annotationsFor(classes) },
    spec: podSpec(
      options,
      claims.map((claim) => claim.name),
    ),
  });
}

/** A claim of 3 GiB. */
export async function createDemandingClaim(plane: ControlPlane, name: string, storageClass: string): Promise<void> {
  const spec = claimSpec(storageClass, "3Gi");
  await plane.api.create(claimsPath, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: { name }, spec });
}

/** A StatefulSet whose pods are made at once, each with a claim of 3 GiB of ssd. */
export async function createDemandingSet(plane: ControlPlane, name: string, replicas: number): Promise<void> {
  const labels = { app: name };
  await plane.api.create("/apis/apps/v1/namespaces/default/statefulsets", {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name },
    spec: {
      replicas,
      serviceName: name,
      podManagementPolicy: "Parallel",
      selector: { matchLabels: labels },
      template: { metadata: { labels, annotations: annotationsFor(["ssd"]) }, spec: podSpec({}, []) },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claimSpec("ssd", "3Gi") }],
    },
  });
}

function annotationsFor(classes: readonly string[]): Record<string, string> {
  return Object.fromEntries(classes.map((deviceClass) => [capacityAnnotation(deviceClass), String(3 * gib)]));
}

function podSpec({ schedulerName, isMarked = true, spec }: DemandOptions, claims: readonly string[]): object {
  const marker = { "topolvm.io/capacity": "1" };
  const resources = isMarked ? { requests: marker, limits: marker } : {};
  return {
    containers: [{ name: "main", image: "none", resources }],
    volumes: claims.map((claimName) => ({ name: claimName, persistentVolumeClaim: { claimName } })),
    ...(schedulerName !== undefined && { schedulerName }),
    ...spec,
  };
}

/** How many pods have a node. */
export async function countPlaced(plane: ControlPlane): Promise<number> {
  const pods = await plane.api.list(podsPath);
  return pods.filter(({ spec }) => typeof spec?.nodeName === "string").length;
}

/** The node that was chosen for each claim, by the claim's name. */
export async function selectedNodes(plane: ControlPlane): Promise<Map<string, string | undefined>> {
  const claims = await plane.api.list(claimsPath);
  return new Map(
    claims.map(({ metadata: { name, annotations } }) => [name, annotations?.["volume.kubernetes.io/selected-node"]]),
  );
}
