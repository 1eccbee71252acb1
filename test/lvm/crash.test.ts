import { GiB, guestSuite } from "./harness/suite.ts";

guestSuite("nothing is lost, doubled or left when the daemon or its lvm is killed", {
  files: ["crash.guest.ts"],
  diskBytes: [GiB, GiB],
  bundle: true,
  environment: ["NATIVESTOR_CRASHES", "NATIVESTOR_SEED"],
  limitMs: 600_000 + 20_000 * Number(process.env["NATIVESTOR_CRASHES"] ?? 0),
});
