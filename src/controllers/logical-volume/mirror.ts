import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { KubeError } from "../../kube/errors.ts";
import type { Resource } from "../../kube/resource.ts";

/** The LogicalVolumes of one node, or all where the API server cannot tell them apart. */
export interface Selection {
  readonly resource: Resource;
  /** All are sent: those of others have to be left out. */
  readonly isWhole: boolean;
}

/**
 * Asks whether LogicalVolumes can be selected by their node: the definition has to name the field
 * (`selectableFields`), which TopoLVM's does not and an API server before 1.31 does not know.
 * @throws KubeError where no answer comes
 */
export async function selectVolumes(access: KubeAccess, names: Names, nodeName: string): Promise<Selection> {
  const all: Resource = {
    name: "logicalvolumes",
    path: `/apis/${names.driver}/v1/logicalvolumes`,
    metadataOnly: false,
  };
  const fieldSelector = `spec.nodeName=${nodeName}`;
  try {
    await access.request(all.path, { query: { fieldSelector, limit: 1 } });
    return { resource: { ...all, fieldSelector }, isWhole: false };
  } catch (error) {
    if (error instanceof KubeError && error.status === 400) return { resource: all, isWhole: true };
    throw error;
  }
}
