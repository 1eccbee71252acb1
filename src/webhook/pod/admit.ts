import { demandOf } from "../../capacity/demand.ts";
import { fieldsAt, listAt } from "../../cluster/objects/fields.ts";
import { readPod } from "../../cluster/objects/pod.ts";
import { type Answer, allowed, refused } from "../answer.ts";
import { requireFresh } from "../freshness.ts";
import type { AdmissionDeps } from "../options.ts";
import { type Review, isAbout, objectOf } from "../review.ts";
import { lookupVolumes } from "./lookup.ts";
import { mutatePod } from "./patch.ts";
import { warningsFor } from "./warnings.ts";

/**
 * Decides on a pod to be made: writes what its volumes ask for on it. All else passes untouched.
 * @throws NativestorError `invalid-argument` for a pod that cannot be read, `unavailable` when its claims cannot be known
 */
export async function admitPod(review: Review, deps: AdmissionDeps): Promise<Answer> {
  if (review.operation !== "CREATE" || !isAbout(review, "Pod")) return allowed();
  const json = objectOf(review);
  const pod = readPod(json, review.namespace || undefined);
  if (listAt(fieldsAt(json.spec, "spec").containers, "spec.containers").length === 0)
    return refused("the pod has no containers: spec.containers needs at least one");
  if (pod.volumes.length === 0) return allowed();
  requireFresh(deps.view, deps.maxStalenessMs);
  const demand = demandOf(pod, await lookupVolumes(pod, deps.view), deps.names);
  return allowed(warningsFor(demand, [...deps.view.nodes()], deps.offerFor), mutatePod(json, demand, deps.names, deps));
}
