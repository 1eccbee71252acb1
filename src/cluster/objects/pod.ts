import type { PodFacts, PodVolume } from "../../capacity/demand.ts";
import { readClaimTemplate } from "./claim.ts";
import { fieldsAt, listAt, nameAt, requiredNameAt, textAt, textsAt } from "./fields.ts";

/**
 * Reads a pod: its annotations, and the volumes that come from claims.
 * @param namespace of a pod that names none; an admission request carries it
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function readPod(json: unknown, namespace = "default"): PodFacts {
  const pod = fieldsAt(json, "pod");
  const metadata = fieldsAt(pod.metadata, "metadata");
  const spec = fieldsAt(pod.spec, "spec");
  const owner = {
    namespace: nameAt(metadata.namespace, "metadata.namespace") || namespace,
    name: nameAt(metadata.name, "metadata.name") ?? "",
  };
  const createdAt = Date.parse(textAt(metadata.creationTimestamp, "metadata.creationTimestamp") ?? "");
  return {
    ...owner,
    ...(Number.isFinite(createdAt) && { createdAt }),
    annotations: textsAt(metadata.annotations, "metadata.annotations"),
    volumes: listAt(spec.volumes, "spec.volumes").flatMap((volume, index) =>
      readVolume(volume, owner, `spec.volumes[${index}]`),
    ),
  };
}

function readVolume(json: unknown, pod: Pick<PodFacts, "namespace" | "name">, field: string): PodVolume[] {
  const volume = fieldsAt(json, field);
  if (volume.persistentVolumeClaim != null) {
    const source = fieldsAt(volume.persistentVolumeClaim, `${field}.persistentVolumeClaim`);
    const claimName = requiredNameAt(source.claimName, `${field}.persistentVolumeClaim.claimName`);
    return [{ claimName, template: undefined }];
  }
  const ephemeral = fieldsAt(volume.ephemeral, `${field}.ephemeral`);
  if (ephemeral.volumeClaimTemplate == null) return [];
  const name = requiredNameAt(volume.name, `${field}.name`);
  // the ephemeral volume controller calls the claim so; a pod that has still no name has no claim either
  const claimName = pod.name === "" ? undefined : `${pod.name}-${name}`;
  const at = `${field}.ephemeral.volumeClaimTemplate`;
  return [
    { claimName, template: readClaimTemplate(ephemeral.volumeClaimTemplate, pod.namespace, claimName ?? name, at) },
  ];
}
