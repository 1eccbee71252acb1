import type { Names } from "../../capacity/names.ts";
import type { CapacityRange, CreateVolumeRequest, VolumeContentSource } from "../../gen/csi.ts";
import { type Access, readAccesses } from "../rules/access.ts";
import type { ClaimKey } from "../claims/port.ts";
import { readClaimKey } from "../rules/claim.ts";
import { checkId, checkName, objectNameOf } from "../rules/identifier.ts";
import { type Parameters, readParameters, refuseParameters } from "../rules/parameters.ts";
import { refuse } from "../rules/refuse.ts";
import { readRequirement, type Wanted } from "../rules/topology.ts";

/** A CreateVolume request, checked as far as it alone tells. */
export interface Creation {
  /** Name of the LogicalVolume. */
  readonly name: string;
  readonly range: CapacityRange | undefined;
  readonly access: Access;
  readonly parameters: Parameters;
  readonly wanted: Wanted | undefined;
  readonly sourceId: SourceId | undefined;
  /** Whom it is for, where that is told. */
  readonly claim: ClaimKey | undefined;
}

/** What a volume is to be a copy of. */
export interface SourceId {
  readonly kind: "snapshot" | "volume";
  readonly id: string;
}

/** @throws NativestorError `invalid-argument` naming the field that is wrong */
export function readCreate(request: CreateVolumeRequest, names: Names): Creation {
  const name = objectNameOf(checkName(request.name, "name"));
  const [access] = readAccesses(request.volumeCapabilities);
  if (access === undefined) refuse("volume_capabilities", "are missing");
  refuseParameters(request.mutableParameters, "mutable_parameters");
  return {
    name,
    range: request.capacityRange,
    access,
    parameters: readParameters(request.parameters, names),
    wanted: readRequirement(request.accessibilityRequirements, names.topologyKey),
    sourceId: readSource(request.volumeContentSource),
    claim: readClaimKey(request.parameters),
  };
}

function readSource(source: VolumeContentSource | undefined): SourceId | undefined {
  const field = "volume_content_source";
  switch (source?.type?.$case) {
    case "snapshot":
      return { kind: "snapshot", id: checkId(source.type.value.snapshotId, `${field}.snapshot.snapshot_id`) };
    case "volume":
      return { kind: "volume", id: checkId(source.type.value.volumeId, `${field}.volume.volume_id`) };
    case undefined:
      return source === undefined ? undefined : refuse(field, "names neither a snapshot nor a volume");
  }
}
