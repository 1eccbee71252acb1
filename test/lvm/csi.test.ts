import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("CSI on real LVM: mounts, growth and copies, and the conformance suite", {
  files: ["csi.guest.ts", "csi-sanity.guest.ts"],
  diskBytes: [4 * GiB, 4 * GiB],
});
