import type { Clock } from "../../base/clock.ts";
import { NativestorError, messageOf } from "../../base/errors.ts";
import type { Grant, VolumeWish } from "../../capacity/reservations/wish.ts";
import { wishText } from "../../cluster/reservations/wish-text.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { patiently } from "./patient.ts";
import type { Room } from "./port.ts";

/** The service answers from memory. */
const limitMs = 3_000;

/** Room by the ledger that also answers the scheduler, so that nothing is promised twice between the two. */
export function askService(access: Pick<KubeAccess, "request" | "server">, clock: Clock): Room {
  return patiently(async (wish: VolumeWish): Promise<Grant> => {
    try {
      return (await access.request("/reserve", { method: "POST", body: wishText(wish), limitMs })) as Grant;
    } catch (error) {
      throw new NativestorError("unavailable", `${access.server} promises no room: ${messageOf(error)}`, {
        cause: error,
      });
    }
  }, clock);
}
