import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("nothing is lost, doubled or left when the daemon or its lvm is killed", {
  file: "crash.guest.ts",
  diskBytes: [GiB, GiB],
  environment: ["NATIVESTOR_CRASHES", "NATIVESTOR_SEED"],
});
