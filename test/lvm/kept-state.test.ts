import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("what is kept of a volume group is what LVM tells of it", {
  files: ["kept-state.guest.ts"],
  diskBytes: [GiB, GiB, GiB],
});
