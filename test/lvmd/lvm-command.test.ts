import assert from "node:assert/strict";
import { test } from "node:test";
import { lvmCommand } from "../../src/lvmd/lvm/run/command.ts";
import { hostRoot } from "../../src/lvmd/lvm/run/host-root.ts";

const none = { devices: [], devicesFile: undefined, settings: [] };

test("lvm stands alone where there is no prefix", () => {
  const { file, leading } = lvmCommand([], {}, none);
  assert.deepEqual([file, ...leading], ["lvm"]);
});

test("a prefix comes first", () => {
  const { file, leading } = lvmCommand(["nsenter", "-m", "-t", "1"], {}, none);
  assert.deepEqual([file, ...leading], ["nsenter", "-m", "-t", "1", "lvm"]);
});

test("of the environment only what steers LVM gets through, and English is set", () => {
  const { env } = lvmCommand(
    [],
    { PATH: "/x", LANG: "de_DE", LC_ALL: "de_DE", SECRET: "s", DM_DISABLE_UDEV: "1" },
    none,
  );
  assert.deepEqual(env, { PATH: "/x", LC_ALL: "C", LVM_SUPPRESS_FD_WARNINGS: "1", DM_DISABLE_UDEV: "1" });
});

test("overrides become arguments, settings in one of them", () => {
  const overrides = { devices: ["/dev/a", "/dev/b"], devicesFile: "f", settings: ["x/y=1", "z/w=2"] };
  assert.deepEqual(lvmCommand([], {}, overrides).overrides, [
    "--devices",
    "/dev/a",
    "--devices",
    "/dev/b",
    "--devicesfile",
    "f",
    "--config",
    "x/y=1 z/w=2",
  ]);
});

test("the files that tell of changes are the host's where a prefix enters the host", () => {
  assert.equal(hostRoot([]), "/");
  assert.equal(hostRoot(["/usr/bin/nsenter", "-m", "-t", "1"]), "/proc/1/root");
});
