import type { ControllerDependencies } from "./dependencies.ts";
import type { Creation } from "./read-create.ts";

/**
 * The node that a scheduler has chosen for a volume, and that alone will do, since its pod may be able to run nowhere else; undefined
 * where nobody has chosen. Without --strict-topology csi-provisioner names all nodes: with delayed binding the chosen one is the first
 * preferred one, with immediate binding that is any, by a hash of the claim's name (GenerateAccessibilityRequirements of
 * external-provisioner 6.4). So the claim is asked; where it is not named, or gone, the first is taken for chosen.
 */
export async function chosenNode(
  { claims }: Pick<ControllerDependencies, "claims">,
  { wanted, claim }: Pick<Creation, "wanted" | "claim">,
): Promise<string | undefined> {
  if (wanted === undefined) return undefined;
  const [first] = wanted.possible.size === 1 ? wanted.possible : wanted.preferred;
  if (first === undefined || claim === undefined) return first;
  return (await claims.isPlaced(claim)) === false ? undefined : first;
}
