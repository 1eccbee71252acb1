import type { Clock } from "../base/clock.ts";
import { createAuthority, issueCertificate, type KeyPair, validFor } from "./issue.ts";

/** A certificate that nobody has a reason to trust, for a listener that needs one: what is said over it cannot be listened to in passing. */
export function makeshiftPair(clock: Clock, days: number): KeyPair {
  const validity = validFor(clock, days);
  const ca = createAuthority({ validity });
  return issueCertificate({ ca, hosts: ["localhost"], usage: "server", validity });
}
