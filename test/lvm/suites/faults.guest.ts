import assert from "node:assert/strict";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { before, type TestContext, test } from "node:test";
import { type HostStorage, hostClass, makeGroup, openHost, sh } from "./host.ts";

const MiB = 1n << 20n;
const sectors = 2 ** 20; // of 512 bytes: 512 MiB
const failing = hostClass("failing", { volumeGroup: "failing" });
const well = hostClass("well", { volumeGroup: "well" });

const ask = (name: string, deviceClass: string) => ({
  name,
  deviceClass,
  optionClass: "",
  tags: [],
  sizeBytes: 8n * MiB,
});

/** Opens storage for one test. */
async function opened(t: TestContext, ...args: Parameters<typeof openHost>): Promise<HostStorage> {
  const host = await openHost(...args);
  t.after(() => host.close());
  return host;
}

/** Puts another table under a device-mapper device, as a disk that breaks would behave. */
function retable(table: string): void {
  sh("dmsetup", "suspend", "--noflush", "--nolockfs", "disk");
  sh("dmsetup", "reload", "disk", "--table", table);
  sh("dmsetup", "resume", "disk");
}

before(() => {
  // not at the start of its disk, where LVM would find the same group twice
  sh("dmsetup", "create", "disk", "--table", `0 ${sectors} linear /dev/ubdb 2048`);
  sh("vgcreate", "-q", "failing", "/dev/mapper/disk");
  makeGroup("well", "c");
});

test("a disk that takes no writes: a clear error, nothing made, the other group goes on", async (t) => {
  const host = await opened(t, [failing, well]);
  await host.storage.createVolume(ask("kept", "failing"));
  retable(`0 ${sectors} flakey /dev/ubdb 2048 0 3600 1 error_writes`);
  await assert.rejects(host.storage.createVolume(ask("lost", "failing")), (error: Error & { code?: string }) => {
    assert.ok(["unavailable", "failed-precondition", "internal"].includes(error.code ?? ""), error.message);
    assert.match(error.message, /write|error/i);
    return true;
  });
  await host.storage.createVolume(ask("fine", "well"));
  retable(`0 ${sectors} linear /dev/ubdb 2048`);
  const volume = await host.storage.createVolume(ask("lost", "failing"));
  assert.equal(volume.sizeBytes, 8n * MiB);
  const names = (await host.storage.listVolumes("failing")).map((entry) => entry.name);
  assert.deepEqual(names.sort(), ["kept", "lost"]);
  await host.storage.removeVolume("lost", "failing");
  await host.storage.removeVolume("fine", "well");
});

test("a disk that is gone: its class says so, the other group goes on, and it comes back", async (t) => {
  const host = await opened(t, [failing, well], { sweepMs: 200 });
  retable(`0 ${sectors} error`);
  await assert.rejects(host.storage.createVolume(ask("nowhere", "failing")));
  await host.storage.createVolume(ask("fine", "well"));
  await host.storage.removeVolume("fine", "well");
  retable(`0 ${sectors} linear /dev/ubdb 2048`);
  const back = Promise.withResolvers<void>();
  const leave = host.storage.onChange(() => back.resolve());
  const state = await host.storage.classState("failing").catch(() => back.promise);
  leave();
  assert.ok(state === undefined || state.sizeBytes > 0n);
  assert.deepEqual(
    (await host.storage.listVolumes("failing")).map((entry) => entry.name),
    ["kept"],
  );
});

/** A word before lvm that runs `script` first; `$@` is the whole command. */
function wrapper(script: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "wrap-")), "wrap");
  writeFileSync(file, `#!/bin/sh\n${script}\nexec "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

const wrap = (script: string, shell: boolean) => ({
  shell,
  readLimitMs: 8_000,
  config: {
    deviceClasses: [failing, well],
    optionClasses: [],
    lvmCommandPrefix: [wrapper(script)],
    lvmOverrides: { devices: [], devicesFile: undefined, settings: [] },
  },
});

test("an lvm that hangs for one group is given up for reports, and the other group goes on", async (t) => {
  const host = await opened(t, [failing, well], wrap('case "$*" in *fullreport*failing*) sleep 30;; esac', false));
  await assert.rejects(host.storage.classState("failing"), { code: "deadline-exceeded" });
  let hanging = true;
  const slow = host.storage.classState("failing").catch(() => (hanging = false));
  await host.storage.createVolume(ask("quick", "well"));
  assert.ok(hanging);
  await host.storage.removeVolume("quick", "well");
  await slow;
});

test("an lvm that hangs in a change is waited for, and the change is whole", async (t) => {
  const host = await opened(t, [failing, well], wrap('case "$*" in *lvcreate*) sleep 6;; esac', false));
  const volume = await host.storage.createVolume(ask("patient", "well"));
  assert.equal(volume.sizeBytes, 8n * MiB);
  await host.storage.removeVolume("patient", "well");
});

for (const [title, script, code] of [
  ["prints garbage", 'case "$*" in *fullreport*failing*) echo Hello; exit 0;; esac', "internal"],
  ["prints half a report", `case "$*" in *fullreport*failing*) echo '  { "report": ['; exit 0;; esac`, "internal"],
  ["prints nothing", 'case "$*" in *fullreport*failing*) exit 0;; esac', "internal"],
  ["crashes", 'case "$*" in *fullreport*failing*) kill -SEGV $$;; esac', "unavailable"],
] as const)
  test(`an lvm that ${title} for one group is told, and the other group goes on`, async (t) => {
    const host = await opened(t, [failing, well], wrap(script, false));
    await assert.rejects(host.storage.classState("failing"), { code });
    await host.storage.createVolume(ask("fine", "well"));
    await host.storage.removeVolume("fine", "well");
  });

test("an lvm that prints warnings is understood, in a shell too", async (t) => {
  for (const shell of [true, false]) {
    const host = await opened(
      t,
      [failing, well],
      wrap('case "$*" in *fullreport*) echo WARNING: odd; echo WARNING: odd >&2;; esac', shell),
    );
    await host.storage.createVolume(ask("fine", "well"));
    await host.storage.removeVolume("fine", "well");
  }
});
