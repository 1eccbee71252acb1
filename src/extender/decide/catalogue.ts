import {
  type Catalogue,
  type ClaimFacts,
  demandOf,
  type PodFacts,
  type StorageClassFacts,
} from "../../capacity/demand.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Names } from "../../capacity/names.ts";
import type { ClusterView } from "../../cluster/view.ts";

/** What the source was asked for because the view did not have it (yet). */
export interface Lookups {
  readonly claims: ReadonlyMap<string, ClaimFacts>;
  readonly storageClasses: ReadonlyMap<string, StorageClassFacts>;
}

const noLookups: Lookups = { claims: new Map(), storageClasses: new Map() };

/** Most objects that one request makes us ask the source for; bounds what a pod of made-up claims costs. */
const maxLookups = 64;

/** Claims and classes of the view, and those that were looked up. */
export function catalogueFor(view: Pick<ClusterView, "claim" | "storageClass">, lookups: Lookups): Catalogue {
  return {
    claim: (namespace, name) => view.claim(namespace, name) ?? lookups.claims.get(name),
    storageClass: (name) =>
      view.storageClass(name) ?? (name === undefined ? undefined : lookups.storageClasses.get(name)),
  };
}

/** A pod so young may have a claim that was made a moment before it, under the name of one that we have not seen go. */
const youngMs = 10_000;

/**
 * Asks the source about claims of a young pod that seem to have their place already. A StatefulSet makes claim and pod anew under
 * their names; taken for the former claim, the new one would seem to stand where that one stood, and ask for nothing.
 * @param now milliseconds since the epoch
 * @throws NativestorError `unavailable` when the source cannot answer
 */
export async function confirmStanding(pod: PodFacts, view: ClusterView, names: Names, now: number): Promise<void> {
  if (pod.createdAt === undefined || now - pod.createdAt >= youngMs) return;
  const standing = new Set<string>();
  for (const { claimName } of pod.volumes) {
    const claim = claimName === undefined ? undefined : view.claim(pod.namespace, claimName);
    if (claim === undefined || (!claim.bound && claim.selectedNode === undefined)) continue;
    if (view.storageClass(claim.storageClass)?.provisioner === names.driver) standing.add(claim.name);
  }
  await found([...standing], (name) => view.confirmClaim(pod.namespace, name));
}

/**
 * Asks the source for the claims and classes of a pod that the view does not have: kube-scheduler may have seen a claim
 * a moment before us, and without it the pod would seem to ask for nothing. No call where nothing is missing.
 * @throws NativestorError `unavailable` when the source cannot answer
 */
export async function lookUpMissing(pod: PodFacts, view: ClusterView, names: Names): Promise<Lookups> {
  if (pod.volumes.length === 0) return noLookups;
  const { missingClaims } = demandOf(pod, catalogueFor(view, noLookups), names);
  const claims = await found(missingClaims, (name) => view.lookupClaim(pod.namespace, name));
  const withClaims = { ...noLookups, claims };
  const { missingStorageClasses } = demandOf(pod, catalogueFor(view, withClaims), names);
  const storageClasses = await found(missingStorageClasses, (name) => view.lookupStorageClass(name));
  return { claims, storageClasses };
}

async function found<Facts>(
  missing: readonly string[],
  lookUp: (name: string) => Promise<Facts | undefined>,
): Promise<ReadonlyMap<string, Facts>> {
  // an answer from a part of them could be a wrong yes
  if (missing.length > maxLookups) throw tooMany(missing.length);
  const answers = await Promise.all(missing.map(async (name) => [name, await lookUp(name)] as const));
  return new Map(answers.flatMap(([name, facts]) => (facts === undefined ? [] : [[name, facts] as const])));
}

function tooMany(count: number): NativestorError {
  return new NativestorError(
    "unavailable",
    `the pod names ${count} claims or classes that are not known (yet), at most ${maxLookups} are looked up`,
  );
}
