import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("storage on real LVM", {
  files: ["contract.guest.ts", "layouts.guest.ts", "life.guest.ts", "foreign.guest.ts"],
  diskBytes: [GiB, GiB, GiB, GiB, GiB],
});
