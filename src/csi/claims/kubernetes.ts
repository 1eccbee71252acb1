import { NativestorError, messageOf } from "../../base/errors.ts";
import { readClaim } from "../../cluster/objects/claim.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { getObject } from "../../kube/object.ts";
import type { Claims } from "./port.ts";

const limitMs = 5_000;

/**
 * Claims of a cluster. A node that the view knows of is one; that there is none is asked of the API server, since
 * csi-provisioner may have seen the scheduler's choice a moment before the view.
 */
export function kubernetesClaims(view: Pick<ClusterView, "claim">, access: KubeAccess): Claims {
  return {
    isPlaced: async ({ namespace, name }) => {
      if (view.claim(namespace, name)?.selectedNode !== undefined) return true;
      const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/persistentvolumeclaims/${encodeURIComponent(name)}`;
      try {
        const json = await getObject(access, path, limitMs);
        return json === undefined ? undefined : readClaim(json).selectedNode !== undefined;
      } catch (error) {
        throw new NativestorError("unavailable", `claim ${namespace}/${name}: ${messageOf(error)}`, { cause: error });
      }
    },
  };
}
