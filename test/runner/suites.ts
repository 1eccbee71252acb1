import { fileURLToPath } from "node:url";
import { missingPackages, type Purpose } from "../setup/packages.ts";
import {
  csiTools,
  etcdTools,
  grpcTools,
  helmTools,
  kubeTools,
  missingFiles,
  missingPrograms,
  monitoringTools,
  toolsets,
} from "../setup/tools.ts";
import { apart, notApart } from "./apart.ts";

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
  /** Command that starts the process of each file, such as in namespaces of its own; none by default. */
  readonly within?: readonly string[];
  /** Why it runs only when it is named, such as how long it takes; undefined for a suite that always runs. */
  readonly onDemand?: string;
  /** What this machine lacks for it. */
  missing(): readonly string[];
}

/** @param processors how many the machine has */
export function suitesFor(processors: number): readonly Suite[] {
  const burst = Number(process.env.BURST ?? 0);
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
      // a burst as large as one likes takes its time
      testTimeoutMs: 120_000 + 400 * burst,
      fileTimeoutMs: 420_000 + 800 * burst,
      missing: () => [
        ...[kubeTools, etcdTools, csiTools, helmTools].flatMap(missingPrograms),
        ...[csiTools, helmTools, monitoringTools].flatMap(missingFiles).map(({ path }) => path),
        ...missingPackages("monitoring"),
      ],
    },
    {
      // clients that are none of ours
      name: "grpc",
      folders: ["grpc"],
      concurrency: processors,
      testTimeoutMs: 60_000,
      fileTimeoutMs: 120_000,
      missing: () => missingPrograms(grpcTools),
    },
    {
      // what we ship for Prometheus, tried with Prometheus' own tools
      name: "monitoring",
      folders: ["monitoring"],
      concurrency: processors,
      testTimeoutMs: 60_000,
      fileTimeoutMs: 120_000,
      missing: () => packagesToInstall("monitoring"),
    },
    {
      // real LVM in a User-Mode Linux guest, which takes one processor
      name: "lvm",
      folders: ["lvm"],
      concurrency: processors,
      testTimeoutMs: 180_000,
      // a crash test of many kills takes its time
      fileTimeoutMs: 600_000 + 20_000 * Number(process.env.NATIVESTOR_CRASHES ?? 0),
      missing: () => [...packagesToInstall("nodes"), ...[csiTools, grpcTools].flatMap(missingPrograms)],
    },
    {
      // the container image, built and run
      name: "image",
      folders: ["image"],
      concurrency: 1,
      testTimeoutMs: 300_000,
      fileTimeoutMs: 420_000,
      missing: () => [...packagesToInstall("image"), ...namespacesToMake()],
    },
    {
      // real nodes: guests with kubelet and containerd, and a network of their own
      name: "e2e",
      folders: ["e2e"],
      concurrency: 1,
      testTimeoutMs: 600_000,
      // a quarter of an hour on two processors that have nothing else to do
      fileTimeoutMs: 2_400_000,
      within: apart,
      missing: () => [...toolsets.flatMap(missingPrograms), ...packagesToInstall("nodes"), ...namespacesToMake()],
    },
    {
      // the chart installed by helm on a real node, with the image, which is built outside of the namespaces meanwhile
      name: "install",
      folders: ["install"],
      concurrency: 1,
      testTimeoutMs: 420_000,
      fileTimeoutMs: 1_200_000,
      within: [process.execPath, fileURLToPath(new URL("../install/with-image.ts", import.meta.url)), ...apart],
      missing: () => [
        ...toolsets.flatMap(missingPrograms),
        ...packagesToInstall("nodes"),
        ...packagesToInstall("image"),
        ...namespacesToMake(),
      ],
    },
  ];
}

function packagesToInstall(purpose: Purpose): string[] {
  return missingPackages(purpose).map((name) => `${name} (Debian package)`);
}

function namespacesToMake(): string[] {
  const why = notApart();
  return why === undefined ? [] : [`namespaces of its own, as root makes them (${why})`];
}
