import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";
import type { Grant, VolumeWish } from "../../capacity/reservations/wish.ts";
import { pause } from "../../kube/limit.ts";
import type { Room } from "./port.ts";

/** How often is asked again, and for how long: holds end within seconds, and a replica that takes over needs five. */
const everyMs = 250;
const patienceMs = 10_000;

/**
 * Room by `ask`, which is asked again where holds that may be gone in a moment stand against the wish, or nobody can promise now:
 * a call that fails is an event on somebody's claim.
 */
export function patiently(ask: (wish: VolumeWish) => Promise<Grant>, clock: Clock): Room {
  /** The node; or why there is none yet. */
  async function once(wish: VolumeWish): Promise<string | NativestorError> {
    try {
      const grant = await ask(wish);
      if ("node" in grant) return grant.node;
      const { refusal, isPassing } = grant;
      return new NativestorError(isPassing ? "unavailable" : "resource-exhausted", refusal);
    } catch (error) {
      return NativestorError.from(error);
    }
  }

  return {
    reserve: async (wish, signal) => {
      const untilMs = clock.monotonic() + patienceMs;
      for (;;) {
        const answer = await once(wish);
        if (typeof answer === "string") return answer;
        if (answer.code !== "unavailable" || clock.monotonic() >= untilMs || signal.aborted) throw answer;
        await pause(clock, everyMs, signal);
      }
    },
  };
}
