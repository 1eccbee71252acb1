import { missingPackages } from "../setup/packages.ts";
import { missingPrograms, toolsets } from "../setup/tools.ts";

/** Tests that need the same parts and are run the same way. */
export interface Suite {
  readonly name: string;
  /** Folders under test/; undefined takes every folder that no other suite takes. */
  readonly folders: readonly string[] | undefined;
  /** How many files run at once. */
  readonly concurrency: number;
  /** A single test that takes longer fails. */
  readonly testTimeoutMs: number;
  /** A file whose process takes longer, or does not end after its tests, is stopped and fails. */
  readonly fileTimeoutMs: number;
  /** What this machine lacks for it. */
  missing(): readonly string[];
}

/** @param processors how many the machine has */
export function suitesFor(processors: number): readonly Suite[] {
  return [
    {
      name: "unit",
      folders: undefined,
      concurrency: processors,
      testTimeoutMs: 120_000,
      fileTimeoutMs: 300_000,
      missing: () => [],
    },
    {
      // a real control plane with our service; one at a time, so that measured times mean something
      name: "kube",
      folders: ["kube"],
      concurrency: 1,
      testTimeoutMs: 120_000,
      fileTimeoutMs: 420_000,
      missing: () => toolsets.flatMap(missingPrograms),
    },
    {
      // real LVM in a User-Mode Linux guest, which takes one processor
      name: "lvm",
      folders: ["lvm"],
      concurrency: 1,
      testTimeoutMs: 180_000,
      fileTimeoutMs: 600_000,
      missing: () => missingPackages().map((name) => `${name} (Debian package)`),
    },
  ];
}
