import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("content of volumes is wiped and copied on real LVM", {
  files: ["content.guest.ts"],
  diskBytes: [GiB / 4, GiB / 4],
});
