import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("the CSI conformance suite on real LVM", {
  files: ["csi-sanity.guest.ts"],
  diskBytes: [4 * GiB, 4 * GiB],
});
