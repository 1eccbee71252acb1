import type { SanityReport, SkippedSpec } from "./sanity.ts";

const listed = "Kubernetes' sidecars know volumes and snapshots from their own objects";
const stateless =
  "NodePublishVolume does all: a local volume is on its node already, and there is nothing to share between pods but the mount";
const health = "the volume condition is told by NodeGetVolumeStats, which kubelet asks";
const modify = "nothing about a volume can be changed after the fact but its size";
const attached = "a local volume is on its node already: the CSIDriver says `attachRequired: false`";
const groups = "LVM copies one volume at a time; there is no moment that several share";

/** Why we do not announce what the suite then leaves out, by the suite's words. */
const reasons: Readonly<Record<string, string>> = {
  "NodeStageVolume not supported": stateless,
  "NodeUnstageVolume not supported": stateless,
  "NodeGetVolumeHealth not supported": health,
  "NodeGetStorageHealth not supported": health,
  "ControllerGetVolumeHealth not supported": health,
  "ControllerListVolumeHealth not supported": health,
  "ListSnapshots not supported": listed,
  "GetSnapshot not supported": listed,
  "ListVolumes not supported": listed,
  "ControllerModifyVolume not supported": modify,
  "Modify volume not supported": modify,
  "Modify Volume not supported": modify,
  "ControllerPublishVolume not supported": attached,
  "ControllerUnpublishVolume not supported": attached,
  "Controller Publish, UnpublishVolume not supported": attached,
  "GroupControllerService not supported": groups,
  "SNAPSHOT_ACCESSIBILITY_CONSTRAINTS not supported": "a snapshot is where its source is, wherever one wants it",
  "pending in the suite itself": "the suite does not run it for anybody",
};

/** The document that says which specs are left out and why. @throws Error where no reason is known */
export function sanityDocument({ passed, skipped }: Pick<SanityReport, "passed" | "skipped">): string {
  // the suite shuffles its specs
  const sorted = skipped.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const sections = Object.entries(Object.groupBy(sorted, reasonOf)).map(([reason, specs = []]) =>
    [`## ${capital(reason)}`, "", ...specs.map(({ name, reason: words }) => `- ${name} (${words})`)].join("\n"),
  );
  return `# CSI's conformance suite

Written by a run of csi-sanity (csi-test, in the version of \`tools/csi/go.mod\`). ${passed.length} specs pass, and none fails: with file systems and with raw devices, over twins, and
in a guest on real LVM, thick and thin. ${skipped.length} are left out, since they ask for what we do not announce.

${sections.join("\n\n")}
`;
}

function reasonOf({ name, reason }: SkippedSpec): string {
  const ours = reasons[reason];
  if (ours === undefined) throw new Error(`${name} was left out: ${reason}`);
  return ours;
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
