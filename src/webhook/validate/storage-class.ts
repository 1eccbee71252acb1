import type { StorageClassFacts } from "../../capacity/demand.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import type { Names } from "../../capacity/names.ts";
import { readStorageClass } from "../../cluster/objects/storage-class.ts";
import type { NodeFacts } from "../../cluster/view.ts";
import { type Answer, allowed } from "../answer.ts";
import { noNodeHasClass, noNodeHasOptionClass } from "../findings.ts";
import { freshNodes } from "../freshness.ts";
import { offerOf } from "../offers.ts";
import type { AdmissionDeps } from "../options.ts";
import { type Review, isAbout, objectOf } from "../review.ts";
import { judge } from "./judge.ts";
import { named } from "./named.ts";
import { parameterFindings } from "./parameters.ts";

/** What will not work of the volumes of a StorageClass of ours; where no node is known (undefined), what it says itself. */
function storageClassFindings(
  storageClass: StorageClassFacts,
  nodes: readonly NodeFacts[] | undefined,
  names: Names,
): string[] {
  return [
    ...parameterFindings(storageClass.parameters, names),
    ...(nodes === undefined ? [] : classFindings(storageClass, nodes, names)),
  ];
}

/** What no node offers of what a StorageClass of ours asks for. */
export function classFindings(storageClass: StorageClassFacts, nodes: readonly NodeFacts[], names: Names): string[] {
  const deviceClass = annotationClass(storageClass.parameters[names.deviceClassParameter]);
  const optionClass = storageClass.parameters[names.optionClassParameter];
  if (offerOf(deviceClass, nodes).nodes === 0) return [noNodeHasClass(deviceClass, nodes)];
  return optionClass ? noNodeHasOptionClass(deviceClass, optionClass, nodes) : [];
}

/**
 * Decides on a StorageClass to be made. Later changes pass: its parameters cannot change.
 * @throws NativestorError `invalid-argument` for one that cannot be read
 */
export async function admitStorageClass(review: Review, deps: AdmissionDeps): Promise<Answer> {
  if (review.operation !== "CREATE" || !isAbout(review, "StorageClass")) return allowed();
  const storageClass = readStorageClass(named(objectOf(review)));
  if (storageClass.provisioner !== deps.names.driver) return allowed();
  const nodes = freshNodes(deps.view, deps.maxStalenessMs);
  return judge(storageClassFindings(storageClass, nodes, deps.names), deps.validation);
}
