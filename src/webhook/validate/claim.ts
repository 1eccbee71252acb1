import { type ClaimFacts, type StorageClassFacts, defaultRequestBytes } from "../../capacity/demand.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import type { Names } from "../../capacity/names.ts";
import { formatBytes } from "../../capacity/quantity.ts";
import { readClaim } from "../../cluster/objects/claim.ts";
import type { ClusterView, NodeFacts } from "../../cluster/view.ts";
import { type Answer, allowed } from "../answer.ts";
import { freshNodes } from "../freshness.ts";
import { type ClassOffer, offerOf } from "../offers.ts";
import type { AdmissionDeps } from "../options.ts";
import { type Review, isAbout, objectOf } from "../review.ts";
import { quoted } from "../text.ts";
import { judge } from "./judge.ts";
import { named } from "./named.ts";
import { classFindings } from "./storage-class.ts";

/** What a claim asks for, in bytes. */
interface Ask {
  /** Size of the whole volume. */
  readonly wholeBytes: bigint;
  /** What has to be found for it: the whole, or by how much a volume that is there grows. */
  readonly moreBytes: bigint;
}

/** What will not work of a claim of ours. */
function claimFindings(ask: Ask, storageClass: StorageClassFacts, nodes: readonly NodeFacts[], names: Names): string[] {
  const deviceClass = annotationClass(storageClass.parameters[names.deviceClassParameter]);
  return [
    ...classFindings(storageClass, nodes, names),
    ...sizeFindings(ask, quoted(deviceClass), offerOf(deviceClass, nodes)),
  ];
}

/**
 * Decides on a claim to be made or to grow. Claims of others and all other changes pass.
 * @throws NativestorError `invalid-argument` for one that cannot be read, `unavailable` when its StorageClass cannot be known
 */
export async function admitClaim(review: Review, deps: AdmissionDeps): Promise<Answer> {
  if (!isAbout(review, "PersistentVolumeClaim")) return allowed();
  const ask = askOf(review);
  if (ask === undefined) return allowed();
  const storageClass = await storageClassOf(ask.claim, deps.view);
  const nodes = freshNodes(deps.view, deps.maxStalenessMs);
  if (storageClass?.provisioner !== deps.names.driver || nodes === undefined) return allowed();
  return judge(claimFindings(ask, storageClass, nodes, deps.names), deps.validation);
}

function askOf(review: Review): (Ask & { claim: ClaimFacts }) | undefined {
  if (review.operation !== "CREATE" && review.operation !== "UPDATE") return undefined;
  const claim = readClaim(named(objectOf(review)), review.namespace || undefined);
  const wholeBytes = sizeOf(claim);
  // one that is made for a volume that exists asks for no room
  if (review.operation === "CREATE") return claim.bound ? undefined : { claim, wholeBytes, moreBytes: wholeBytes };
  const before = readClaim(review.oldObject, review.namespace || undefined);
  const grownBytes = wholeBytes - sizeOf(before);
  return grownBytes <= 0n ? undefined : { claim, wholeBytes, moreBytes: before.bound ? grownBytes : wholeBytes };
}

function sizeOf({ requestBytes }: ClaimFacts): bigint {
  return requestBytes === undefined || requestBytes <= 0n ? defaultRequestBytes : requestBytes;
}

async function storageClassOf(claim: ClaimFacts, view: ClusterView): Promise<StorageClassFacts | undefined> {
  if (claim.storageClass === "") return undefined;
  return claim.storageClass === undefined
    ? view.storageClass(undefined)
    : await view.lookupStorageClass(claim.storageClass);
}

// the size of the largest node says what can ever be had; where sizes are not told, what is free says what can be had now
function sizeFindings(ask: Ask, deviceClass: string, offer: ClassOffer): string[] {
  const { largestBytes, mostFreeBytes } = offer;
  if (largestBytes !== undefined)
    return ask.wholeBytes <= largestBytes
      ? []
      : [
          `the claim asks for ${formatBytes(ask.wholeBytes, "up")} of ${deviceClass}, and the largest node has ${formatBytes(largestBytes)} in all`,
        ];
  if (mostFreeBytes === undefined || ask.moreBytes <= mostFreeBytes) return [];
  const more = ask.moreBytes < ask.wholeBytes ? "more " : "";
  return [
    `the claim asks for ${formatBytes(ask.moreBytes, "up")} ${more}of ${deviceClass}, and no node has more than ${formatBytes(mostFreeBytes)} free now`,
  ];
}
