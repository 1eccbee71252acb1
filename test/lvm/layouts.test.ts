import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("room told for striped and RAID classes is what lvcreate takes", {
  file: "layouts.guest.ts",
  diskBytes: [GiB / 2, GiB / 2, GiB / 2, GiB / 2, GiB / 2],
});
