import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdtempSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { before, type TestContext, test } from "node:test";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { watchLvmd } from "../../../src/lvmd/watcher.ts";
import { makeGroup, sh } from "./host.ts";
import { checkBundled, type StartOptions, startBundledDaemon } from "./support/bundled-daemon.ts";

const MiB = 1n << 20n;
const classes = "device-classes: [{ name: own, volume-group: vg, default: true, spare-gb: 0 }]\n";

before(() => makeGroup("vg", "b"));

const volumes = () => sh("lvs", "--noheadings", "-o", "lv_name", "vg").split(/\s+/).filter(Boolean);

/** A program that runs `script` before the command that it is given. */
function wrapper(script: string): string {
  const file = join(mkdtempSync(join(tmpdir(), "wrap-")), "wrap");
  writeFileSync(file, `#!/bin/sh\n${script}\nexec "$@"\n`);
  chmodSync(file, 0o755);
  return file;
}

async function started(t: TestContext, folder: string, config: string, options: StartOptions = {}) {
  const daemon = await startBundledDaemon(folder, config, options);
  t.after(() => daemon.end("SIGKILL"));
  return daemon;
}

test("in namespaces of its own it works on the host's LVM through nsenter, and hears of changes there", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "nsenter-"));
  const prefix = "lvm-command-prefix: [nsenter, -m, -u, -i, -n, -t, '1']\n";
  // a container without LVM of its own: what is run here is not lvm, and its copies of metadata are not the host's
  const container = [
    "mount -t tmpfs none /etc/lvm",
    "mount -t tmpfs none /run/lock",
    "mount --bind /bin/false /sbin/lvm",
  ];
  const daemon = await started(t, folder, classes + prefix, {
    within: ["unshare", "-m", "-u", "-i", "sh", "-c", `${container.join(" && ")} && exec "$@"`, "sh"],
  });
  const { volume } = await daemon.client.volumes.createLV({ name: "inside", sizeBytes: 8n * MiB });
  assert.equal(volume?.sizeBytes, 8n * MiB);
  assert.deepEqual(volumes(), ["inside"]);
  const told = Promise.withResolvers<number>();
  let begun = Infinity;
  const watcher = watchLvmd({
    socketPath: join(folder, "lvmd.sock"),
    clock: systemClock,
    log: silentLogger,
    onDown: () => {},
    onState: () => {
      if (begun !== Infinity) told.resolve(performance.now() - begun);
    },
  });
  sh("lvcreate", "-q", "-y", "-n", "outside", "-L", "8m", "vg");
  begun = performance.now();
  t.diagnostic(`told after ${Math.round(await told.promise)} ms`);
  await watcher.close();
  await daemon.client.volumes.removeLV({ name: "inside" });
  sh("lvremove", "-q", "-y", "vg/outside");
  assert.deepEqual(volumes(), []);
  await daemon.end("SIGTERM");
});

// an lvm that outlives its daemon, and has not got as far as its lock when the next one looks
const slow = wrapper('[ $# = 1 ] && exit 1; case "$*" in *lvcreate*) sleep 4;; esac');

test("what an lvm makes whose daemon was killed before it began is found, and goes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "orphan-"));
  const config = `${classes}lvm-command-prefix: [${slow}]\n`;
  const killed = await started(t, folder, config);
  const lost = killed.client.volumes.createLV({ name: "late", sizeBytes: 8n * MiB }).catch(() => "lost");
  await until(() => killed.children().length > 0 && existsSync(join(folder, "state")));
  const begun = () => readdirSync(join(folder, "state")).filter((name) => name.endsWith(".intent.json"));
  await until(() => begun().length > 0);
  await killed.end("SIGKILL");
  assert.equal(await lost, "lost");
  const next = await started(t, folder, config);
  // by now it has made its volume
  await setTimeout(6000);
  assert.deepEqual(volumes(), []);
  assert.deepEqual(begun(), []);
  await next.end("SIGTERM");
});

test("what an lvm makes whose daemon was killed is not taken for what is asked for again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "orphan-"));
  const config = `${classes}lvm-command-prefix: [${slow}]\n`;
  const killed = await started(t, folder, config);
  const lost = killed.client.volumes.createLV({ name: "again", sizeBytes: 8n * MiB }).catch(() => "lost");
  await until(() => killed.children().length > 0);
  await killed.end("SIGKILL");
  await lost;
  const next = await started(t, folder, config);
  await next.client.volumes.createLV({ name: "again", sizeBytes: 8n * MiB });
  assert.deepEqual(volumes(), ["again"]);
  await next.end("SIGTERM");
  // the volume that was answered is not what the next start takes away
  const last = await started(t, folder, config);
  assert.deepEqual(volumes(), ["again"]);
  await last.client.volumes.removeLV({ name: "again" });
  await last.end("SIGTERM");
});

test("what a caller gave up waiting for is finished, and is the answer when it asks again", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "given-up-"));
  const daemon = await started(t, folder, `${classes}lvm-command-prefix: [${slow}]\n`);
  const caller = new AbortController();
  const request = { name: "given-up", sizeBytes: 8n * MiB };
  const given = daemon.client.volumes.createLV(request, { signal: caller.signal });
  const begun = () => readdirSync(join(folder, "state")).filter((name) => name.endsWith(".intent.json"));
  await until(() => existsSync(join(folder, "state")) && begun().length > 0);
  caller.abort();
  await assert.rejects(given);
  assert.deepEqual(volumes(), []);
  await until(() => begun().length === 0);
  assert.deepEqual(volumes(), ["given-up"]);
  const asked = performance.now();
  assert.equal((await daemon.client.volumes.createLV(request)).volume?.sizeBytes, 8n * MiB);
  assert.ok(performance.now() - asked < 4000, "it was made again");
  await daemon.client.volumes.removeLV({ name: "given-up" });
  await daemon.end("SIGTERM");
});

test("a check tells what it found of copies and of wiping, takes away what it can, and leaves the rest to the daemon", async () => {
  const folder = mkdtempSync(join(tmpdir(), "check-"));
  const wiping =
    "device-classes: [{ name: own, volume-group: vg, spare-gb: 0, on-delete: { mode: zero, bandwidth: 1Mi } }]\n";
  sh("lvcreate", "-q", "-y", "-n", "source", "-L", "16m", "vg");
  sh("lvcreate", "-q", "-y", "-n", "half", "-L", "16m", "--addtag", "nativestor.copying", "vg");
  sh("lvcreate", "-q", "-y", "-n", "nativestor-removed-0123456789abcdef", "-L", "16m", "vg");
  const first = checkBundled(folder, wiping);
  assert.equal(first.status, 0, first.out);
  assert.match(first.out, /goes on +vg +half +a crash left half a copy: the daemon goes on wiping it/);
  assert.match(
    first.out,
    /goes on +vg +nativestor-removed-0123456789abcdef +a removed volume was not wiped to its end/,
  );
  const second = checkBundled(folder, classes);
  assert.equal(second.status, 0, second.out);
  assert.equal(second.out.match(/^removed +vg +nativestor-removed-\w+ .*: it is gone$/gm)?.length, 2, second.out);
  assert.deepEqual(volumes(), ["source"]);
  assert.deepEqual(checkBundled(folder, classes), { status: 0, out: "nothing is left half done\n" });
  sh("lvremove", "-q", "-y", "vg/source");
});

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(20);
}
