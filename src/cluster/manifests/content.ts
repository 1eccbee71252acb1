import type { ClaimFacts } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { readClaim } from "../objects/claim.ts";
import { readNode } from "../objects/node.ts";
import { readPod } from "../objects/pod.ts";
import { type DatedStorageClass, readStorageClass } from "../objects/storage-class.ts";
import type { NodeFacts } from "../view.ts";
import { ManifestError } from "./error.ts";
import { type Manifest, parseJson, parseYaml } from "./parse.ts";

/** An object that a file holds. */
export type ManifestItem =
  | { readonly kind: "Node"; readonly key: string; readonly line: number; readonly value: NodeFacts }
  | { readonly kind: "PersistentVolumeClaim"; readonly key: string; readonly line: number; readonly value: ClaimFacts }
  | { readonly kind: "StorageClass"; readonly key: string; readonly line: number; readonly value: DatedStorageClass }
  /** A pod as it stands there: it is sent on, not looked at. */
  | { readonly kind: "Pod"; readonly key: string; readonly line: number; readonly value: unknown };

/** Key of a claim. */
export function claimKey(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

/**
 * Reads a file. Kinds that no view needs are passed over, so that an export of a whole cluster can be used as it is.
 * @throws ManifestError with the line
 */
export function readContent(file: string, text: string, names: Names): ManifestItem[] {
  const manifests = file.endsWith(".json") ? parseJson(text) : parseYaml(text);
  return manifests.flatMap((manifest) => {
    try {
      return readItem(manifest, names) ?? [];
    } catch (error) {
      throw ManifestError.at(manifest.line, error, subjectOf(manifest));
    }
  });
}

function readItem({ kind, json, line }: Manifest, names: Names): ManifestItem | undefined {
  switch (kind) {
    case "Node": {
      const value = readNode(json, names);
      return { kind, key: value.name, line, value };
    }
    case "PersistentVolumeClaim": {
      const value = readClaim(json);
      return { kind, key: claimKey(value.namespace, value.name), line, value };
    }
    case "StorageClass": {
      const value = readStorageClass(json);
      return { kind, key: value.name, line, value };
    }
    case "Pod": {
      const { namespace, name } = readPod(json);
      return { kind, key: `${namespace}/${name}`, line, value: json };
    }
    default:
      return undefined;
  }
}

function subjectOf({ kind, json }: Manifest): string {
  const name = (json.metadata as { name?: unknown } | null | undefined)?.name;
  return typeof name === "string" ? `${kind} ${name.slice(0, 253)}` : kind;
}
