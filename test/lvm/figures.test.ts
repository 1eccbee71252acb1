import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("what a real Prometheus reads of lvmd is what vgs and lvs say", {
  files: ["figures.guest.ts"],
  diskBytes: [2 * GiB, GiB, GiB],
  bundle: true,
});
