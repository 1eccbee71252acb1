import { type Demand, demandFromAnnotations } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { fieldsAt, listAt, textsAt } from "../../cluster/objects/fields.ts";
import { applyPatch } from "./apply-patch.ts";
import type { Client } from "./client.ts";

/** A pod of the folder. */
export interface Subject {
  readonly namespace: string;
  readonly name: string;
  /** As in its file. */
  readonly object: unknown;
}

/** What became of a pod at the service's endpoints. */
export interface Placement {
  readonly subject: Pick<Subject, "namespace" | "name">;
  /** What admission wrote on it, by class. */
  readonly demand: Demand;
  /** Nodes that fit, the best first. */
  readonly fits: readonly { readonly node: string; readonly score: number }[];
  /** Nodes that do not, by reason. */
  readonly refused: ReadonlyMap<string, readonly string[]>;
  readonly warnings: readonly string[];
  /** Why admission let it not pass, or why a step failed. */
  readonly problem: string | undefined;
}

/**
 * Takes a pod the way that it takes in a cluster: the API server's request to admission, whose patch is applied, then
 * kube-scheduler's to the filter, and of the nodes that fit to prioritize.
 */
export async function place(
  subject: Subject,
  nodes: readonly string[],
  client: Client,
  names: Names,
): Promise<Placement> {
  const admission = await admit(subject, client);
  const { warnings, problem, pod } = admission;
  const { demand } = demandFromAnnotations(annotationsOf(pod), names);
  const none: Placement = { subject, demand, fits: [], refused: new Map(), warnings, problem };
  // the scheduler asks us about no pod without the marker
  if (problem !== undefined || demand.size === 0) return none;
  const filtered = fieldsAt(await client.post("/filter", { pod, nodenames: nodes }), "the filter's answer");
  if (typeof filtered.error === "string" && filtered.error !== "") return { ...none, problem: filtered.error };
  const nodenames = listAt(filtered.nodenames, "nodenames") as string[];
  const refused = byReason(textsAt(filtered.failedAndUnresolvableNodes, "failedAndUnresolvableNodes"));
  const scored = nodenames.length === 0 ? [] : await client.post("/prioritize", { pod, nodenames });
  const fits = (listAt(scored, "the scores") as { host: string; score: number }[])
    .map(({ host, score }) => ({ node: host, score }))
    .sort((a, b) => b.score - a.score);
  return { ...none, fits, refused };
}

async function admit({ namespace, name, object }: Subject, client: Client) {
  const review = fieldsAt(await client.post("/pod/mutate", reviewOf(namespace, name, object)), "the review");
  const response = fieldsAt(review.response, "response");
  const warnings = listAt(response.warnings, "warnings") as string[];
  if (response.allowed !== true) {
    const { message } = fieldsAt(response.status, "status");
    return { pod: object, warnings, problem: `denied: ${String(message)}` };
  }
  if (typeof response.patch !== "string") return { pod: object, warnings, problem: undefined };
  const patch: unknown = JSON.parse(Buffer.from(response.patch, "base64").toString());
  return { pod: applyPatch(object, patch), warnings, problem: undefined };
}

/** The review that an API server sends when a pod is made. */
export function reviewOf(namespace: string, name: string, object: unknown): object {
  const request = { uid: "walkthrough", operation: "CREATE", namespace, name, object };
  return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", request };
}

function annotationsOf(pod: unknown): Readonly<Record<string, string>> {
  return textsAt(fieldsAt(fieldsAt(pod, "pod").metadata, "metadata").annotations, "annotations");
}

function byReason(failed: Readonly<Record<string, string>>): Map<string, string[]> {
  return Map.groupBy(Object.keys(failed), (node) => failed[node] ?? "");
}
