import { spawn } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";

/** What csi-sanity came to. */
export interface SanityReport {
  readonly passed: readonly string[];
  readonly failed: readonly string[];
  readonly skipped: readonly SkippedSpec[];
  readonly output: string;
}

/** A spec that the suite left out. */
export interface SkippedSpec {
  readonly name: string;
  /** In the suite's words. */
  readonly reason: string;
}

export interface SanityOptions {
  readonly program: string;
  readonly socketPath: string;
  /** Where it may make its target folders and its report. */
  readonly folder: string;
  readonly accessType?: "mount" | "block";
  /** Of the volumes that it makes; 1 GiB by default. They are grown to twice of it. */
  readonly sizeBytes?: bigint;
  /** More flags, such as volume parameters. */
  readonly flags?: readonly string[];
}

/** Runs the CSI conformance suite against one socket that serves all three services. */
export async function runSanity(options: SanityOptions): Promise<SanityReport> {
  const { program, socketPath, folder, accessType = "mount", sizeBytes = 1n << 30n, flags = [] } = options;
  const report = join(folder, "sanity.json");
  const child = spawn(
    program,
    [
      `--csi.endpoint=unix://${socketPath}`,
      `--csi.mountdir=${join(folder, "target")}`,
      `--csi.stagingdir=${join(folder, "staging")}`,
      `--csi.testvolumeaccesstype=${accessType}`,
      `--csi.testvolumesize=${sizeBytes}`,
      `--csi.testvolumeexpandsize=${2n * sizeBytes}`,
      `--ginkgo.json-report=${report}`,
      ...flags,
    ],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { ...readReport(await readFile(report, "utf8")), output: stdout + stderr };
}

interface Spec {
  readonly LeafNodeType: string;
  readonly LeafNodeText: string;
  readonly ContainerHierarchyTexts: readonly string[] | null;
  readonly State: string;
  readonly Failure?: { readonly Message: string };
}

function readReport(json: string): Omit<SanityReport, "output"> {
  const [suite] = JSON.parse(json) as [{ SpecReports: Spec[] }];
  const specs = suite.SpecReports.filter(({ LeafNodeType }) => LeafNodeType === "It");
  const those = (...states: string[]) => specs.filter(({ State }) => states.includes(State));
  return {
    passed: those("passed").map(nameOf),
    failed: those("failed", "panicked", "timedout", "aborted", "interrupted").map(nameOf),
    skipped: those("skipped", "pending").map((spec) => ({
      name: nameOf(spec),
      reason: spec.Failure?.Message ?? "pending in the suite itself",
    })),
  };
}

function nameOf({ ContainerHierarchyTexts, LeafNodeText }: Spec): string {
  return [...(ContainerHierarchyTexts ?? []), LeafNodeText].join(" › ");
}
