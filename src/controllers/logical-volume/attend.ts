import type { Again } from "../../kube/queue.ts";
import { nextStep, wishOf } from "./decide.ts";
import { type Outcome, perform, type Workshop } from "./perform.ts";
import type { NodeVolume } from "./read.ts";

/** More steps than any volume needs in a row: beyond that somebody else keeps changing it. */
const maxSteps = 8;
const laterMs = 1_000;

/** Works on volumes by their LogicalVolume's name, until there is nothing to do. */
export function createAttendant(shop: Workshop): (name: string) => Promise<Again> {
  /** What was wished for at the last attempt to grow, by uid. */
  const tried = new Map<string, string>();

  async function act(volume: NodeVolume): Promise<Outcome> {
    const step = nextStep(volume, shop.names.volumeFinalizer, tried.get(volume.uid));
    if (step.kind === "grow" || step.kind === "measure") tried.set(volume.uid, wishOf(volume));
    if (step.kind === "remove") tried.delete(volume.uid);
    return perform(shop, volume, step);
  }

  return async (name) => {
    for (let count = 0; count < maxSteps; count += 1) {
      const volume = shop.find(name);
      if (volume === undefined || (await act(volume)) === "stop") return undefined;
    }
    return { afterMs: laterMs };
  };
}
