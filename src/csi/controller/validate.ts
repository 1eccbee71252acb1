import { NativestorError } from "../../base/errors.ts";
import type { ValidateVolumeCapabilitiesRequest, ValidateVolumeCapabilitiesResponse } from "../../gen/csi.ts";
import { readAccesses } from "../rules/access.ts";
import { checkId } from "../rules/identifier.ts";
import { readParameters, refuseParameters } from "../rules/parameters.ts";
import { refuse } from "../rules/refuse.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { requireKind } from "./find.ts";

/** Confirms what is possible with a volume; where something is not, the answer says what. */
export async function validateCapabilities(
  { volumes, names }: ControllerDependencies,
  request: ValidateVolumeCapabilitiesRequest,
): Promise<ValidateVolumeCapabilitiesResponse> {
  const id = checkId(request.volumeId, "volume_id");
  if (request.volumeCapabilities.length === 0) refuse("volume_capabilities", "are missing: name at least one");
  await requireKind(volumes, "volume", id, "volume_id");
  const { volumeContext, volumeCapabilities, parameters, mutableParameters } = request;
  try {
    readAccesses(volumeCapabilities);
    readParameters(parameters, names);
    refuseParameters(mutableParameters, "mutable_parameters");
  } catch (error) {
    const { code, message } = NativestorError.from(error);
    if (code !== "invalid-argument") throw error;
    return { confirmed: undefined, message };
  }
  return { confirmed: { volumeContext, volumeCapabilities, parameters, mutableParameters }, message: "" };
}
