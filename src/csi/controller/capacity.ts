import type { GetCapacityRequest, GetCapacityResponse } from "../../gen/csi.ts";
import { NativestorError } from "../../base/errors.ts";
import { readAccesses } from "../rules/access.ts";
import { readParameters } from "../rules/parameters.ts";
import { sizeUnitBytes } from "../rules/size.ts";
import { nodeOf } from "../rules/topology.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { offersOf } from "./offers.ts";

/** Room of a class on one node or on all of them; nothing where the node or the class is unknown. */
export function getCapacity(dependencies: ControllerDependencies, request: GetCapacityRequest): GetCapacityResponse {
  const { view, names, leastSizes } = dependencies;
  const { deviceClass } = readParameters(request.parameters, names);
  const [access] = request.volumeCapabilities.length > 0 ? readAccesses(request.volumeCapabilities) : [];
  if (!view.health().synced) throw new NativestorError("unavailable", "the nodes' capacity has not been read yet");
  const offers = offersOf(view.nodes(), deviceClass);
  const node = request.accessibleTopology && nodeOf(request.accessibleTopology, names.topologyKey);
  const rooms = node === undefined ? [...offers.values()] : [offers.get(node) ?? 0n];
  const leastBytes = access === undefined ? 0n : leastSizes[access.kind === "block" ? "block" : access.fileSystem];
  return {
    availableCapacity: rooms.reduce((sum, room) => sum + room, 0n),
    // a volume is on one node
    maximumVolumeSize: rooms.reduce((most, room) => (room > most ? room : most), 0n),
    minimumVolumeSize: leastBytes > sizeUnitBytes ? leastBytes : sizeUnitBytes,
  };
}
