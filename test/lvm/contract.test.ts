import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("storage on real LVM keeps the contract", {
  file: "contract.guest.ts",
  diskBytes: [GiB, GiB, GiB],
});
