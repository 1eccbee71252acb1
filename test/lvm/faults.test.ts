import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("broken disks and a broken lvm are told and hold up no other group", {
  file: "faults.guest.ts",
  diskBytes: [GiB, GiB],
});
