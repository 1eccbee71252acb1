import { type VolumeCapability, VolumeCapability_AccessMode_Mode as Mode } from "../../gen/csi.ts";
import { type FileSystem, fileSystemOf } from "./file-systems.ts";
import { quoted, refuse } from "./refuse.ts";

/** How a volume is to be used, from a VolumeCapability. */
export type Access = {
  /** A single pod may use it. */
  readonly isExclusive: boolean;
  readonly isReadOnly: boolean;
} & (
  | { readonly kind: "block" }
  | { readonly kind: "mount"; readonly fileSystem: FileSystem; readonly mountFlags: readonly string[] }
);

// a volume is on one node: what needs several of them is not possible
const modes: ReadonlyMap<number, Pick<Access, "isExclusive" | "isReadOnly">> = new Map([
  [Mode.SINGLE_NODE_WRITER, { isExclusive: false, isReadOnly: false }],
  [Mode.SINGLE_NODE_READER_ONLY, { isExclusive: false, isReadOnly: true }],
  [Mode.SINGLE_NODE_SINGLE_WRITER, { isExclusive: true, isReadOnly: false }],
  [Mode.SINGLE_NODE_MULTI_WRITER, { isExclusive: false, isReadOnly: false }],
]);

/** Bound of the CSI specification for all mount flags together. */
const maxFlagBytes = 4096;

/** Reads one capability. @throws NativestorError `invalid-argument` naming the part of `field` that is not possible */
export function readAccess(capability: VolumeCapability | undefined, field = "volume_capability"): Access {
  if (capability === undefined) refuse(field, "is missing");
  const mode = readMode(capability, field);
  switch (capability.accessType?.$case) {
    case "block":
      return { ...mode, kind: "block" };
    case "mount": {
      const { fsType, mountFlags, volumeMountGroup } = capability.accessType.value;
      const fileSystem = fileSystemOf(fsType, `${field}.mount.fs_type`);
      if (mountFlags.reduce((sum, flag) => sum + Buffer.byteLength(flag), 0) > maxFlagBytes)
        refuse(`${field}.mount.mount_flags`, `are longer than ${maxFlagBytes} bytes`);
      if (volumeMountGroup !== "")
        refuse(`${field}.mount.volume_mount_group`, "is not supported: leave fsGroup to kubelet");
      return { ...mode, kind: "mount", fileSystem, mountFlags };
    }
    case undefined:
      return refuse(field, "names neither block nor mount");
  }
}

/** Reads the capabilities of a volume to be, all of which have to be possible. */
export function readAccesses(capabilities: readonly VolumeCapability[]): readonly Access[] {
  if (capabilities.length === 0) refuse("volume_capabilities", "are missing: name at least one");
  const accesses = capabilities.map((one, index) => readAccess(one, `volume_capabilities[${index}]`));
  const kinds = new Set(accesses.map((access) => (access.kind === "mount" ? access.fileSystem : access.kind)));
  if (kinds.size > 1) refuse("volume_capabilities", `ask for ${[...kinds].join(" and ")}, a volume is one of them`);
  return accesses;
}

function readMode(capability: VolumeCapability, field: string): Pick<Access, "isExclusive" | "isReadOnly"> {
  const mode = capability.accessMode?.mode ?? Mode.UNKNOWN;
  if (mode === Mode.UNKNOWN) refuse(`${field}.access_mode`, "is missing");
  return (
    modes.get(mode) ??
    refuse(`${field}.access_mode`, `is ${quoted(modeName(mode))}, and a local volume can be used on one node only`)
  );
}

function modeName(mode: number): string {
  return Object.entries(Mode).find(([, value]) => value === mode)?.[0] ?? String(mode);
}
