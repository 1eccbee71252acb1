import type { VolumeWish } from "../../../src/capacity/reservations/wish.ts";
import type { Replica } from "./extender.ts";
import type { World } from "./world.ts";

/** Asks for room for a volume, and answers its node, or that there is none now. */
export type Reserve = (wish: VolumeWish, answer: (node: string | undefined) => void) => void;

/**
 * The controller asks the replica that answers the scheduler, over a network. It does not ask again: who asked does.
 * @param active undefined where nobody answers
 */
export function reserveAt(world: World, active: () => Replica | undefined): Reserve {
  const { time, dice } = world;
  return (wish, answer) => {
    time.at(dice.whole(1, 5), () => {
      const grant = active()?.reserve(wish);
      const node = grant !== undefined && "node" in grant ? grant.node : undefined;
      // the answer may be lost, or he who asked is restarted before it has come to anything
      time.at(dice.whole(1, 60), () => answer(world.mishap(0.05) ? undefined : node));
    });
  };
}
