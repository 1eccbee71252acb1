import type { Catalogue, ClaimFacts, PodFacts, StorageClassFacts } from "../../capacity/demand.ts";
import type { ClusterView } from "../../cluster/view.ts";

/** Lookups of one review that are under way at the same time; each may be a call to the API server. */
export const maxLookups = 16;

/**
 * Looks up, each once, the claims of a pod to be made and the StorageClasses of those that have no volume yet.
 * @throws NativestorError `unavailable` when the source cannot answer
 */
export async function lookupVolumes(pod: PodFacts, view: ClusterView): Promise<Catalogue> {
  const claims = await lookupEach<ClaimFacts>(claimNames(pod), (name) => view.lookupClaim(pod.namespace, name));
  const classes = await lookupEach<StorageClassFacts>(storageClassNames(pod, claims.values()), (name) =>
    view.lookupStorageClass(name),
  );
  return {
    claim: (_namespace, name) => claims.get(name),
    storageClass: (name) => (name === undefined ? view.storageClass(undefined) : classes.get(name)),
  };
}

// the claim of an ephemeral volume is made after its pod: one of that name is left over from an earlier pod and will not be used
function claimNames(pod: PodFacts): Set<string> {
  return new Set(
    pod.volumes.flatMap(({ claimName, template }) =>
      claimName === undefined || template !== undefined ? [] : [claimName],
    ),
  );
}

function storageClassNames(pod: PodFacts, claims: Iterable<ClaimFacts>): Set<string> {
  const templates = pod.volumes.map((volume) => volume.template);
  return new Set(
    [...claims, ...templates].flatMap((claim) => (claim?.storageClass && !claim.bound ? [claim.storageClass] : [])),
  );
}

async function lookupEach<T>(
  names: ReadonlySet<string>,
  lookup: (name: string) => Promise<T | undefined>,
): Promise<Map<string, T>> {
  const found = new Map<string, T>();
  let failed = false;
  const rest = names.values();
  const work = async () => {
    for (const name of rest) {
      if (failed) return;
      const facts = await lookup(name);
      if (facts !== undefined) found.set(name, facts);
    }
  };
  const workers = Array.from({ length: Math.min(maxLookups, names.size) }, async () => {
    try {
      await work();
    } catch (error) {
      failed = true;
      throw error;
    }
  });
  await Promise.all(workers);
  return found;
}
