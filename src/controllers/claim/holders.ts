import { fieldsAt, requiredNameAt, textAt } from "../../cluster/objects/fields.ts";
import { readPod } from "../../cluster/objects/pod.ts";

/** A pod by its name and the object that has it. */
export interface Holder {
  readonly name: string;
  readonly uid: string;
}

/** The pod, where it holds the claim of this name; undefined for one that has ended, which holds nothing, or is leaving already. */
export function holderOf(json: unknown, namespace: string, claimName: string): Holder | undefined {
  const pod = fieldsAt(json, "pod");
  const metadata = fieldsAt(pod.metadata, "metadata");
  const phase = textAt(fieldsAt(pod.status, "status").phase, "status.phase");
  if (metadata.deletionTimestamp != null || phase === "Succeeded" || phase === "Failed") return undefined;
  const { volumes } = readPod(json, namespace);
  if (!volumes.some((volume) => volume.claimName === claimName)) return undefined;
  return { name: requiredNameAt(metadata.name, "metadata.name"), uid: requiredNameAt(metadata.uid, "metadata.uid") };
}
