import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { bundle } from "../../scripts/bundle.ts";
import { bootGuest, checkout } from "./harness/guest.ts";
import { GiB, whyNot } from "./harness/suite.ts";

test("a guest boots anew", { skip: whyNot(), timeout: 300_000 }, async (t) => {
  await using guest = await bootGuest({ diskBytes: [GiB] });
  const dist = join(guest.shared, "dist");
  await bundle(dist);
  const main = join(checkout, "test/lvm/suites/reboot-main.ts");
  const step = async (...args: string[]) => {
    const command = `cd '${checkout}' && NATIVESTOR_BUNDLE='${dist}' '${process.execPath}' '${main}' ${args.join(" ")}`;
    const { status, stdout, stderr } = await guest.run(command);
    assert.equal(status, 0, `${args.join(" ")}: ${stdout}\n${stderr}`);
  };

  await t.test("a command's own status comes back", async () => {
    const result = await guest.run("echo out; echo err >&2; exit 7");
    assert.deepEqual(result, { status: 7, stdout: "out\n", stderr: "err\n" });
  });

  await step("group");
  for (const how of ["reboot", "cutPower"] as const)
    await t.test(
      `volumes, what is in them and what is told of them survive a ${how === "reboot" ? "reboot" : "power cut"}`,
      async () => {
        await step("make", how.toLowerCase());
        await guest[how]();
        await step("check", how.toLowerCase());
      },
    );
});
