import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { deleteObject, jsonPatch, mergePatch } from "../../kube/apply.ts";
import { withoutFinalizer } from "../../kube/finalizers.ts";
import { unlessGone } from "../ignore.ts";

/** A LogicalVolume as far as it takes to let it go. */
export interface Abandoned {
  readonly name: string;
  readonly uid: string;
  readonly finalizers: readonly string[];
}

/**
 * Lets a LogicalVolume go although nobody removes what is on disk: its node is gone. The mark comes first, so that an
 * agent that still runs there does not put its finalizer on again.
 */
export async function giveUp(access: KubeAccess, names: Names, volume: Abandoned): Promise<void> {
  const { name, uid, finalizers } = volume;
  const path = `/apis/${names.driver}/v1/logicalvolumes/${encodeURIComponent(name)}`;
  const annotations = { [names.pendingDeletionAnnotation]: "true" };
  await unlessGone(mergePatch(access, path, { metadata: { uid, annotations } }));
  await unlessGone(deleteObject(access, path, { uid }));
  const operations = withoutFinalizer(finalizers, names.volumeFinalizer);
  if (operations.length > 0) await unlessGone(jsonPatch(access, path, operations));
}
