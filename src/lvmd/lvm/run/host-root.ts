import { basename } from "node:path";

/** Where the files of the host are, on which lvm runs: behind a prefix that enters its namespaces they are not those of this process. */
export function hostRoot(prefix: readonly string[]): string {
  return prefix.some((word) => basename(word) === "nsenter") ? "/proc/1/root" : "/";
}
