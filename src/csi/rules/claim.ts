import type { ClaimKey } from "../claims/port.ts";

/** Under these csi-provisioner says whom a volume is for, with --extra-create-metadata. */
const namespaceKey = "csi.storage.k8s.io/pvc/namespace";
const nameKey = "csi.storage.k8s.io/pvc/name";

/** The claim that a volume is for; undefined where nobody says. */
export function readClaimKey(parameters: Readonly<Record<string, string>>): ClaimKey | undefined {
  const [namespace = "", name = ""] = [parameters[namespaceKey], parameters[nameKey]];
  return namespace === "" || name === "" ? undefined : { namespace, name };
}
