import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { apart } from "../runner/apart.ts";

const folder = mkdtempSync(join(tmpdir(), "nativestor-apart-"));
after(() => rmSync(folder, { recursive: true }));

const run = (command: readonly string[]) => execFileSync("env", [...command], { encoding: "utf8" });

// all that is in the root is bound into another folder: after chroot(8) the root is no mount point
const elsewhere = `
  set -e
  mkdir root && cd root
  for entry in /*; do
    if [ -L "$entry" ]; then cp -P "$entry" .; elif [ -d "$entry" ]; then mkdir ".$entry"; mount --rbind "$entry" ".$entry"; fi
  done
  exec chroot . "$@"`;

test("a suite has a network and processes of its own, also where the root is no mount point", () => {
  const chroot = [...apart, "env", "-C", folder, "sh", "-c", elsewhere, "sh"];
  const look = "grep ' / / ' /proc/self/mountinfo; echo /proc/[0-9]*; ip -oneline link";
  const [processes, ...links] = run([...chroot, ...apart, "sh", "-c", look])
    .trim()
    .split("\n");
  assert.equal(processes, "/proc/1");
  assert.deepEqual(
    links.map((link) => link.split(" ")[1]),
    ["lo:"],
  );
});

test("what is mounted in it is nowhere else", () => {
  const place = join(folder, "own");
  mkdirSync(place);
  const mounted = run([...apart, "sh", "-c", `mount -t tmpfs own ${place} && cat /proc/self/mountinfo`]);
  assert.ok(mounted.includes(place));
  assert.ok(!run(["cat", "/proc/self/mountinfo"]).includes(place));
});
