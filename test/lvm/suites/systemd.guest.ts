import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { before, test } from "node:test";
import { createLvmdClient, type LvmdClient } from "../../../src/lvmd/client.ts";
import { makeGroup, sh } from "./host.ts";

const MiB = 1n << 20n;
const name = "nativestor-lvmd.service";
const unit = join(import.meta.dirname, "../../../deploy/systemd", name);
const socketPath = "/run/topolvm/lvmd.sock";
const log = "/run/lvmd.log";
const configuration = `
device-classes:
- { name: thick, volume-group: vg, default: true, spare-gb: 0, on-delete: zero }
- { name: thin, volume-group: vg, type: thin, spare-gb: 0, thin-pool: { name: pool, overprovision-ratio: 10 } }
lvcreate-option-classes:
- { name: raid1, options: [--type=raid1, -m1] }
`;

before(() => {
  makeGroup("vg", "bcd");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "128m", "-n", "pool", "vg");
  install();
});

/** Puts the program, the configuration and the unit where a host has them: the unit hides other places. */
function install(): void {
  const bundle = process.env["NATIVESTOR_BUNDLE"] ?? "";
  for (const [from, to] of [
    [process.execPath, "/usr/local/bin/guest-node"],
    [bundle, "/usr/lib/nativestor"],
  ] as const) {
    if (statSync(from).isDirectory()) mkdirSync(to, { recursive: true });
    else writeFileSync(to, "");
    sh("mount", "--bind", from, to);
  }
  writeFileSync(
    "/usr/bin/nativestor",
    '#!/bin/sh\nexec /usr/local/bin/guest-node /usr/lib/nativestor/nativestor.js "$@"\n',
  );
  chmodSync("/usr/bin/nativestor", 0o755);
  mkdirSync("/etc/nativestor", { recursive: true });
  writeFileSync("/etc/nativestor/lvmd.yaml", configuration);
  copyFileSync(unit, `/etc/systemd/system/${name}`);
  mkdirSync(`/etc/systemd/system/${name}.d`);
  writeFileSync(`/etc/systemd/system/${name}.d/log.conf`, `[Service]\nStandardError=append:${log}\n`);
  sh("systemctl", "daemon-reload");
}

/** Has systemd do something with the service. @throws with what the service has logged, where it does not within its time */
function control(...args: string[]): string {
  try {
    return sh("timeout", "120", "systemctl", ...args, name);
  } catch (error) {
    throw new Error(`${args.join(" ")}: ${logged()}\n${processes()}`, { cause: error });
  }
}

function logged(): string {
  return existsSync(log) ? readFileSync(log, "utf8") : "it has logged nothing";
}

/** Processes of the service, and what they wait for. */
function processes(): string {
  return sh(
    "sh",
    "-c",
    `for p in $(cat /sys/fs/cgroup/system.slice/${name}/cgroup.procs); do head -c 200 /proc/$p/cmdline | tr '\\0' ' '; cat /proc/$p/wchan; echo; done`,
  );
}

/** Resolves when it is so. @throws where it is not within a minute */
async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = performance.now() + 60_000;
  while (!isSo()) {
    if (performance.now() > endMs) throw new Error(`${what}: not within a minute\n${logged()}`);
    await setTimeout(200);
  }
}

function property(key: string): string {
  return control("show", "-P", key).trim();
}

test("systemd finds nothing wrong with the unit", () => {
  const { status, stderr } = spawnSync("systemd-analyze", ["verify", "--man=no", unit], { encoding: "utf8" });
  assert.deepEqual({ status, stderr }, { status: 0, stderr: "" });
});

test("the unit's exposure is what LVM asks for and not more", (t) => {
  const text = sh("systemd-analyze", "security", "--offline=true", "--no-pager", unit);
  const exposure = Number(/Overall exposure level for \S+: ([\d.]+)/.exec(text)?.[1]);
  t.diagnostic(`exposure ${exposure} of 10`);
  assert.ok(exposure <= 3.8, String(exposure));
});

/** A client, and what the service has logged where the test fails. */
async function withClient(work: (client: LvmdClient) => Promise<void>): Promise<void> {
  const client = createLvmdClient(socketPath);
  try {
    await work(client);
  } catch (error) {
    throw new Error(logged(), { cause: error });
  } finally {
    client.close();
  }
}

test("the service counts as started when its socket answers", async () => {
  assert.ok(!existsSync(socketPath));
  control("start");
  assert.equal(property("ActiveState"), "active");
  assert.equal(property("Type"), "notify");
  await withClient(async ({ groups }) => assert.ok((await groups.getFreeBytes({})).freeBytes > 0n));
});

const names = () => sh("lvs", "--noheadings", "-o", "lv_name", "vg").split(/\s+/).filter(Boolean);

test("hardened as it is, it makes, grows, copies, wipes and removes volumes of every kind", () =>
  withClient(async ({ volumes }) => {
    for (const [deviceClass, lvcreateOptionClass] of [
      ["thick", "raid1"],
      ["thick", ""],
      ["thin", ""],
    ] as const) {
      const volume = { name: `a${lvcreateOptionClass}`, deviceClass };
      await volumes.createLV({ ...volume, lvcreateOptionClass, sizeBytes: 8n * MiB });
      await volumes.resizeLV({ ...volume, sizeBytes: 16n * MiB });
      if (lvcreateOptionClass === "") {
        const snapshot = { deviceClass, sourceVolume: "a", accessType: "rw", sizeBytes: 16n * MiB };
        await volumes.createLVSnapshot({ ...snapshot, name: "copy" });
        await volumes.removeLV({ name: "copy", deviceClass });
      }
      await volumes.removeLV(volume);
    }
    await until("removed volumes are wiped", () => names().join() === "pool");
  }));

test("a daemon that is killed is started again", async () => {
  const killed = property("MainPID");
  assert.notEqual(killed, "0");
  process.kill(Number(killed), "SIGKILL");
  await until("started again", () => property("MainPID") !== killed && property("ActiveState") === "active");
  await withClient(async ({ volumes }) => {
    await volumes.createLV({ name: "again", sizeBytes: 8n * MiB });
    await volumes.removeLV({ name: "again" });
  });
});

test("it stops in good order, and leaves the folder that others have sockets in", (t) => {
  writeFileSync("/run/topolvm/other.sock", "");
  const begun = performance.now();
  control("stop");
  t.diagnostic(`stopped in ${Math.round(performance.now() - begun)} ms`);
  assert.equal(property("ActiveState"), "inactive");
  assert.equal(property("Result"), "success");
  assert.ok(!existsSync(socketPath));
  assert.equal(readFileSync("/run/topolvm/other.sock", "utf8"), "");
});
