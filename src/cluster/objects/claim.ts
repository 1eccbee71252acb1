import { NativestorError, messageOf } from "../../base/errors.ts";
import type { ClaimFacts } from "../../capacity/demand.ts";
import { parseQuantity } from "../../capacity/quantity.ts";
import { type Fields, fieldsAt, nameAt, requiredNameAt, textsAt } from "./fields.ts";

/** How a StorageClass was named before Kubernetes 1.6; the API server still honours it, and before `spec.storageClassName`. */
const legacyStorageClass = "volume.beta.kubernetes.io/storage-class";

/** Written by the scheduler: where the volume is to be made. Taken off where it cannot be. */
const selectedNode = "volume.kubernetes.io/selected-node";

/**
 * Reads a PersistentVolumeClaim.
 * @param namespace of a claim that names none
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function readClaim(json: unknown, namespace = "default"): ClaimFacts {
  const claim = fieldsAt(json, "claim");
  const metadata = fieldsAt(claim.metadata, "metadata");
  return {
    namespace: nameAt(metadata.namespace, "metadata.namespace") || namespace,
    name: requiredNameAt(metadata.name, "metadata.name"),
    ...readAsked(claim, ""),
    ...readTraces(metadata),
  };
}

/**
 * Reads the template of a generic ephemeral volume as the claim that it will make.
 * @param field where the template is, for messages
 */
export function readClaimTemplate(json: unknown, namespace: string, name: string, field: string): ClaimFacts {
  // the claim does not exist, so that it is bound to nothing whatever the template says
  return { namespace, name, ...readAsked(fieldsAt(json, field), `${field}.`), bound: false };
}

function readTraces(metadata: Fields): Pick<ClaimFacts, "uid" | "selectedNode"> {
  const uid = nameAt(metadata.uid, "metadata.uid");
  const node = textsAt(metadata.annotations, "metadata.annotations")[selectedNode];
  return { ...(uid && { uid }), ...(node && { selectedNode: node }) };
}

function readAsked(claim: Fields, prefix: string): Pick<ClaimFacts, "storageClass" | "requestBytes" | "bound"> {
  const metadata = fieldsAt(claim.metadata, `${prefix}metadata`);
  const annotations = textsAt(metadata.annotations, `${prefix}metadata.annotations`);
  const spec = fieldsAt(claim.spec, `${prefix}spec`);
  const className = nameAt(spec.storageClassName, `${prefix}spec.storageClassName`);
  return {
    storageClass: annotations[legacyStorageClass] ?? className,
    requestBytes: requestOf(spec, prefix),
    bound: Boolean(nameAt(spec.volumeName, `${prefix}spec.volumeName`)),
  };
}

function requestOf(spec: Fields, prefix: string): bigint | undefined {
  const resources = fieldsAt(spec.resources, `${prefix}spec.resources`);
  const requests = fieldsAt(resources.requests, `${prefix}spec.resources.requests`);
  if (requests.storage == null) return undefined;
  try {
    return parseQuantity(requests.storage);
  } catch (error) {
    const message = `${prefix}spec.resources.requests.storage: ${messageOf(error)}`;
    throw new NativestorError("invalid-argument", message, { cause: error });
  }
}
