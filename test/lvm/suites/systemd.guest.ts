import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { after, before, test } from "node:test";
import { createLvmdClient } from "../../../src/lvmd/client.ts";
import { makeGroup, sh } from "./host.ts";

const MiB = 1n << 20n;
const name = "nativestor-lvmd.service";
const unit = join(import.meta.dirname, "../../../deploy/systemd", name);
const socketPath = "/run/topolvm/lvmd.sock";
const configuration = `
device-classes:
- { name: thick, volume-group: vg, default: true, spare-gb: 0, on-delete: zero }
- { name: thin, volume-group: vg, type: thin, thin-pool: { name: pool, overprovision-ratio: 10, create: { size: 128Mi } } }
lvcreate-option-classes:
- { name: striped, options: [--type=striped, -i2] }
- { name: raid1, options: [--type=raid1, -m1] }
`;

before(() => {
  makeGroup("vg", "bcd");
  install();
});
after(() => sh("systemctl", "stop", name));

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
  sh("systemctl", "daemon-reload");
}

function property(key: string): string {
  return sh("systemctl", "show", "-P", key, name).trim();
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

test("the service counts as started when its socket answers", async () => {
  assert.ok(!existsSync(socketPath));
  sh("systemctl", "start", name);
  assert.equal(property("ActiveState"), "active");
  assert.equal(property("Type"), "notify");
  const client = createLvmdClient(socketPath);
  const { freeBytes } = await client.groups.getFreeBytes({});
  assert.ok(freeBytes > 0n);
  client.close();
});

test("hardened as it is, it makes, grows, copies, wipes and removes volumes of every kind", async () => {
  const client = createLvmdClient(socketPath);
  const { volumes } = client;
  const made: [string, string][] = [];
  for (const [deviceClass, option] of [
    ["thick", ""],
    ["thick", "striped"],
    ["thick", "raid1"],
    ["thin", ""],
  ] as const) {
    const volume = `${deviceClass}${option}`;
    await volumes.createLV({ name: volume, deviceClass, lvcreateOptionClass: option, sizeBytes: 16n * MiB });
    await volumes.resizeLV({ name: volume, deviceClass, sizeBytes: 32n * MiB });
    made.push([volume, deviceClass]);
  }
  for (const [sourceVolume, deviceClass] of [
    ["thick", "thick"],
    ["thin", "thin"],
  ] as const)
    for (const accessType of ["ro", "rw"]) {
      const snapshot = `${sourceVolume}-${accessType}`;
      await volumes.createLVSnapshot({ name: snapshot, deviceClass, sourceVolume, accessType, sizeBytes: 32n * MiB });
      made.push([snapshot, deviceClass]);
    }
  for (const [volume, deviceClass] of made.toReversed()) await volumes.removeLV({ name: volume, deviceClass });
  const names = () => sh("lvs", "--noheadings", "-o", "lv_name", "vg").split(/\s+/).filter(Boolean);
  while (names().length > 1) await setTimeout(250);
  assert.deepEqual(names(), ["pool"]);
  client.close();
});

test("a daemon that is killed is started again", async () => {
  const killed = property("MainPID");
  process.kill(Number(killed), "SIGKILL");
  while (property("MainPID") === killed || property("ActiveState") !== "active") await setTimeout(100);
  const client = createLvmdClient(socketPath);
  await client.volumes.createLV({ name: "again", sizeBytes: 8n * MiB });
  await client.volumes.removeLV({ name: "again", deviceClass: "" });
  client.close();
});

test("it stops in good order, and leaves the folder that others have sockets in", () => {
  writeFileSync("/run/topolvm/other.sock", "");
  sh("systemctl", "stop", name);
  assert.equal(property("ActiveState"), "inactive");
  assert.equal(property("Result"), "success");
  assert.ok(!existsSync(socketPath));
  assert.equal(readFileSync("/run/topolvm/other.sock", "utf8"), "");
});
