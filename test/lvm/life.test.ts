import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("volumes on real LVM live beside others", {
  file: "life.guest.ts",
  diskBytes: [GiB, GiB, GiB, GiB],
});
