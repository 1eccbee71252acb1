import { VolumeCapability_AccessMode_Mode as Mode } from "../../../src/gen/csi.ts";

const writer = { mode: Mode.SINGLE_NODE_WRITER };

/** A file system for one node. */
export function mountCapability(fsType = "", mountFlags: string[] = [], mode: Mode = Mode.SINGLE_NODE_WRITER) {
  const value = { fsType, mountFlags, volumeMountGroup: "" };
  return { accessType: { $case: "mount" as const, value }, accessMode: { mode } };
}

/** A raw device for one node. */
export const blockCapability = { accessType: { $case: "block" as const, value: {} }, accessMode: writer };

export const gibibyte = 1n << 30n;

/** A CreateVolume request of 1 GiB, with what a test wants otherwise. */
export function creation<T extends object>(name: string, rest: T) {
  return { name, volumeCapabilities: [mountCapability()], capacityRange: { requiredBytes: gibibyte }, ...rest };
}

/** A requirement of these nodes, the first ones first. */
export function on(...nodes: string[]) {
  const topologies = nodes.map((node) => ({ segments: { "topology.topolvm.io/node": node } }));
  return { requisite: topologies, preferred: topologies };
}
