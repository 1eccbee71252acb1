import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { parseCommandLine } from "../../src/cli/program.ts";

const unit = await readFile(new URL("../../deploy/systemd/nativestor-lvmd.service", import.meta.url), "utf8");

/** Values of a key of the unit. */
function valuesOf(key: string): string[] {
  return unit.split("\n").flatMap((line) => (line.startsWith(`${key}=`) ? [line.slice(key.length + 1)] : []));
}

test("the systemd unit starts lvmd with flags that it has", async () => {
  const [program, ...args] = valuesOf("ExecStart")[0]?.split(" ") ?? [];
  assert.equal(program, "/usr/bin/nativestor");
  const request = await parseCommandLine(args, { out: assert.fail, err: assert.fail });
  assert.deepEqual("flags" in request && [request.name, request.flags], [
    "lvmd",
    { config: ["/etc/nativestor/lvmd.yaml"] },
  ]);
});

test("the systemd unit keeps lvm from being killed half-way, and keeps the folder that others have sockets in", () => {
  assert.deepEqual(valuesOf("KillMode"), ["process"]);
  assert.deepEqual(valuesOf("RuntimeDirectoryPreserve"), ["yes"]);
});

test("the systemd unit leaves lvmd what it lives on", () => {
  const forbidden = ["PrivateDevices", "DevicePolicy", "ProtectClock", "PrivateIPC", "MemoryDenyWriteExecute", "User"];
  for (const key of forbidden) assert.deepEqual(valuesOf(key), [], key);
  assert.match(valuesOf("CapabilityBoundingSet")[0] ?? "", /CAP_SYS_ADMIN.*CAP_MKNOD/);
});
