import { type ControllerServiceImplementation, ControllerServiceCapability_RPC_Type as Type } from "../../gen/csi.ts";
import { checkId } from "../rules/identifier.ts";
import { getCapacity } from "./capacity.ts";
import { createVolume } from "./create-volume.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { expandVolume } from "./expand-volume.ts";
import { removeKind } from "./remove.ts";
import { createSnapshot } from "./snapshots.ts";
import { validateCapabilities } from "./validate.ts";

const capabilities = [
  Type.CREATE_DELETE_VOLUME,
  Type.GET_CAPACITY,
  Type.EXPAND_VOLUME,
  Type.CLONE_VOLUME,
  Type.CREATE_DELETE_SNAPSHOT,
  Type.SINGLE_NODE_MULTI_WRITER,
] as const;

/** CSI's Controller service over the cluster's LogicalVolumes. */
export function controllerService(dependencies: ControllerDependencies): ControllerServiceImplementation {
  const { volumes } = dependencies;
  return {
    createVolume: (request, { signal }) => createVolume(dependencies, request, signal),
    deleteVolume: async ({ volumeId }, { signal }) => {
      await removeKind(volumes, "volume", checkId(volumeId, "volume_id"), "volume_id", signal);
      return {};
    },
    controllerExpandVolume: (request, { signal }) => expandVolume(dependencies, request, signal),
    createSnapshot: (request, { signal }) => createSnapshot(dependencies, request, signal),
    deleteSnapshot: async ({ snapshotId }, { signal }) => {
      await removeKind(volumes, "snapshot", checkId(snapshotId, "snapshot_id"), "snapshot_id", signal);
      return {};
    },
    validateVolumeCapabilities: (request) => validateCapabilities(dependencies, request),
    getCapacity: async (request) => getCapacity(dependencies, request),
    controllerGetCapabilities: async () => ({
      capabilities: capabilities.map((type) => ({ type: { $case: "rpc", value: { type } } })),
    }),
  };
}
