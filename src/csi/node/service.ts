import { type NodeServiceImplementation, NodeServiceCapability_RPC_Type as Type } from "../../gen/csi.ts";
import { topologyOf } from "../rules/topology.ts";
import type { NodeDependencies } from "./dependencies.ts";
import { expand } from "./expand.ts";
import { publish } from "./publish.ts";
import { stats } from "./stats.ts";
import { unpublish } from "./unpublish.ts";

const capabilities = [
  Type.GET_VOLUME_STATS,
  Type.EXPAND_VOLUME,
  Type.VOLUME_CONDITION,
  Type.SINGLE_NODE_MULTI_WRITER,
] as const;

/** CSI's Node service. There is no staging: a volume is mounted for each pod by itself. */
export function nodeService(dependencies: NodeDependencies): NodeServiceImplementation {
  const { nodeName, names, maxVolumes } = dependencies;
  return {
    nodePublishVolume: async (request) => {
      await publish(dependencies, request);
      return {};
    },
    nodeUnpublishVolume: async (request) => {
      await unpublish(dependencies, request);
      return {};
    },
    nodeExpandVolume: (request) => expand(dependencies, request),
    nodeGetVolumeStats: (request) => stats(dependencies, request),
    nodeGetInfo: async () => ({
      nodeId: nodeName,
      maxVolumesPerNode: BigInt(maxVolumes),
      accessibleTopology: topologyOf(nodeName, names.topologyKey),
    }),
    nodeGetCapabilities: async () => ({
      capabilities: capabilities.map((type) => ({ type: { $case: "rpc", value: { type } } })),
    }),
  };
}
