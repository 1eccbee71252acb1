import type { ClaimFacts } from "../../capacity/demand.ts";
import type { DatedStorageClass } from "../objects/storage-class.ts";
import type { NodeFacts } from "../view.ts";
import type { ManifestItem } from "./content.ts";

/** Everything in a folder. */
export interface Folder {
  readonly nodes: ReadonlyMap<string, NodeFacts>;
  readonly claims: ReadonlyMap<string, ClaimFacts>;
  readonly storageClasses: ReadonlyMap<string, DatedStorageClass>;
  readonly pods: ReadonlyMap<string, unknown>;
  /** Objects that are there twice, as sentences. */
  readonly duplicates: readonly string[];
}

/** Puts the files of a folder together, in this order: of two objects with one name the later one counts. */
export function mergeFiles(files: Iterable<readonly [file: string, items: readonly ManifestItem[]]>): Folder {
  const nodes = new Map<string, NodeFacts>();
  const claims = new Map<string, ClaimFacts>();
  const storageClasses = new Map<string, DatedStorageClass>();
  const pods = new Map<string, unknown>();
  const seen = new Map<string, string>();
  const duplicates: string[] = [];
  for (const [file, items] of files) {
    for (const item of items) {
      const id = `${item.kind} ${item.key}`;
      const place = `${file}:${item.line}`;
      const earlier = seen.get(id);
      if (earlier !== undefined) duplicates.push(`${place}: ${id} is also in ${earlier}; the one here counts`);
      seen.set(id, place);
      switch (item.kind) {
        case "Node":
          nodes.set(item.key, item.value);
          break;
        case "PersistentVolumeClaim":
          claims.set(item.key, item.value);
          break;
        case "StorageClass":
          storageClasses.set(item.key, item.value);
          break;
        case "Pod":
          pods.set(item.key, item.value);
          break;
      }
    }
  }
  return { nodes, claims, storageClasses, pods, duplicates };
}
