import { NativestorError } from "../../base/errors.ts";
import { quoted } from "../rules/refuse.ts";
import type { NodeDependencies } from "./dependencies.ts";
import type { NodeVolume } from "./volumes.ts";

/** The volume of an id. @throws NativestorError `not-found` where this node has none */
export async function requireVolume({ volumes, nodeName }: NodeDependencies, id: string): Promise<NodeVolume> {
  const volume = await volumes.find(id);
  if (volume === undefined)
    throw new NativestorError("not-found", `volume_id: node ${nodeName} has no volume ${quoted(id)}`);
  return volume;
}
