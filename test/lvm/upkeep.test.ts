import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("pools are made and grow, and what is ill is told", {
  files: ["upkeep.guest.ts"],
  diskBytes: [2 * GiB, GiB / 2, GiB / 2, GiB / 4, GiB / 2],
});
