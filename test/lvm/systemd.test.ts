import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("lvmd as a service of systemd, with its unit as it is shipped", {
  files: ["systemd.guest.ts"],
  diskBytes: [GiB, GiB, GiB],
  systemd: true,
  bundle: true,
});
