import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { serviceAccountFolder } from "./in-cluster.ts";

const defaultNamespace = "nativestor-system";

/** The namespace of the pod that this runs in; `nativestor-system` where it runs in none. */
export async function ownNamespace(): Promise<string> {
  const text = await readFile(join(serviceAccountFolder, "namespace"), "utf8").catch(() => "");
  return text.trim() || defaultNamespace;
}
