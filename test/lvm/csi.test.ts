import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("CSI on real LVM: mounts, growth and copies", {
  files: ["csi.guest.ts"],
  diskBytes: [4 * GiB, 4 * GiB],
});
