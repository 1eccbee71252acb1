import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("broken disks, full pools and a broken lvm are told and hold up no other group", {
  files: ["faults.guest.ts", "pools.guest.ts", "daemon.guest.ts"],
  diskBytes: [GiB, GiB, GiB, GiB, GiB],
  bundle: true,
});
