import { NativestorError } from "../../base/errors.ts";
import type { PodDemand } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { type Fields, fieldsAt, listAt } from "../../cluster/objects/fields.ts";

/** One operation of a JSON patch, RFC 6902; `add` also replaces what is there. */
export interface PatchOperation {
  readonly op: "add";
  /** JSON pointer, RFC 6901. */
  readonly path: string;
  readonly value: unknown;
}

/**
 * What to do about claims that do not exist yet: `ignore` them, or `mark` the pod, so that the scheduler asks the extender,
 * which works out the demand once they do. Marking touches pods of others too.
 */
export const missingClaimsChoices = ["ignore", "mark"] as const;
export type MissingClaims = (typeof missingClaimsChoices)[number];

/**
 * The changes that admission makes to a pod: one annotation for each class that is asked for, in decimal bytes, and the
 * marker among the requests and limits of the first container. A value of ours that is there and right stays, one that is
 * wrong (a pod copied from another one) is replaced; nothing else is touched.
 * @param pod as it came
 * @throws NativestorError `invalid-argument` naming the field that has no place for a change
 */
export function mutatePod(
  pod: unknown,
  demand: PodDemand,
  names: Names,
  options: { readonly missingClaims: MissingClaims },
): PatchOperation[] {
  const mark = options.missingClaims === "mark" && demand.missingClaims.length > 0;
  if (demand.unbound.size === 0 && !mark) return [];
  const { metadata, spec } = fieldsAt(pod, "pod");
  return [...annotate(metadata, demand, names), ...addMarker(spec, names)];
}

function annotate(metadata: unknown, demand: PodDemand, names: Names): PatchOperation[] {
  const wanted = [...demand.unbound].map(([deviceClass, bytes]): [string, string] => [
    names.capacityPrefix + deviceClass,
    String(bytes),
  ]);
  if (wanted.length === 0) return [];
  const { annotations } = fieldsAt(metadata, "metadata");
  if (metadata == null) return [add(["metadata"], { annotations: Object.fromEntries(wanted) })];
  return addMembers(["metadata", "annotations"], annotations, "metadata.annotations", wanted);
}

function addMarker(spec: unknown, names: Names): PatchOperation[] {
  const [first] = listAt(fieldsAt(spec, "spec").containers, "spec.containers");
  const container = "spec.containers[0]";
  if (first == null) throw new NativestorError("invalid-argument", `${container} is missing`);
  const { resources } = fieldsAt(first, container);
  const path = ["spec", "containers", "0", "resources"];
  const marker: [string, string] = [names.marker, "1"];
  if (resources == null)
    return [add(path, { requests: Object.fromEntries([marker]), limits: Object.fromEntries([marker]) })];
  const lists = fieldsAt(resources, `${container}.resources`);
  return ["requests", "limits"].flatMap((list) =>
    addMembers([...path, list], lists[list], `${container}.resources.${list}`, [marker]),
  );
}

// members of a map that may itself be missing or null
function addMembers(
  path: readonly string[],
  map: unknown,
  field: string,
  members: readonly [string, string][],
): PatchOperation[] {
  if (map == null) return [add(path, Object.fromEntries(members))];
  const present: Fields = fieldsAt(map, field);
  return members.filter(([key, value]) => present[key] !== value).map(([key, value]) => add([...path, key], value));
}

function add(path: readonly string[], value: unknown): PatchOperation {
  return { op: "add", path: path.map((token) => `/${escape(token)}`).join(""), value };
}

// RFC 6901 §3
function escape(token: string): string {
  return token.replaceAll("~", "~0").replaceAll("/", "~1");
}
