import { NativestorError } from "../../base/errors.ts";
import type { Again } from "../../kube/queue.ts";
import { stepAtOnce, type Step, stepFor, wishOf } from "./decide.ts";
import { type Outcome, perform, type Workshop } from "./perform.ts";
import type { NodeVolume } from "./read.ts";
import { isPassing } from "./status.ts";

/** More steps than any volume needs in a row: beyond that somebody else keeps changing it. */
const maxSteps = 8;
const laterMs = 1_000;

/** Works on volumes by their LogicalVolume's name, until there is nothing to do. */
export function createAttendant(shop: Workshop): (name: string) => Promise<Again> {
  /** What was wished for at the last attempt to grow, by uid. */
  const tried = new Map<string, string>();

  async function next(volume: NodeVolume): Promise<Step> {
    const atOnce = stepAtOnce(volume, shop.names.volumeFinalizer, tried.get(volume.uid));
    if (atOnce !== undefined) return atOnce;
    try {
      return stepFor(volume, await shop.disk.find(volume));
    } catch (error) {
      const failure = NativestorError.from(error);
      if (isPassing(failure)) throw failure;
      // such as a class that lvmd does not know: the change that is wanted gets that answer too, and it is written down
      return volume.volumeId === undefined ? stepFor(volume, undefined) : { kind: "grow" };
    }
  }

  async function act(volume: NodeVolume): Promise<Outcome> {
    const step = await next(volume);
    if (step.kind === "grow" || step.kind === "miss") tried.set(volume.uid, wishOf(volume));
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
