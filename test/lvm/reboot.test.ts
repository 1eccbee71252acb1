import assert from "node:assert/strict";
import { test } from "node:test";
import { bootGuest } from "./harness/guest.ts";
import { GiB, whyNot } from "./harness/suite.ts";

const make = `set -e
vgcreate -q vg /dev/ubdb
lvcreate -q -y -L 8m -n data vg
printf kept | dd of=/dev/vg/data conv=fsync status=none`;
const look = "vgchange -q -ay vg >/dev/null && head -c 4 /dev/vg/data";

for (const how of ["reboot", "cutPower"] as const)
  test(`what is on the guest's disks survives its ${how === "reboot" ? "reboot" : "power cut"}`, {
    skip: whyNot(),
  }, async () => {
    await using guest = await bootGuest({ diskBytes: [GiB] });
    const made = await guest.run(make);
    assert.equal(made.status, 0, made.stderr);
    await guest[how]();
    const seen = await guest.run(look);
    assert.deepEqual({ status: seen.status, stdout: seen.stdout }, { status: 0, stdout: "kept" }, seen.stderr);
  });

test("a command's own status comes back", { skip: whyNot() }, async () => {
  await using guest = await bootGuest({ diskBytes: [] });
  assert.deepEqual(await guest.run("echo out; echo err >&2; exit 7"), { status: 7, stdout: "out\n", stderr: "err\n" });
});
