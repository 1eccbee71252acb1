import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { bundle } from "../../../scripts/bundle.ts";
import { bootGuest, checkout } from "./guest.ts";

/** Suites that run inside one guest, one after the other, where LVM and device-mapper are real. */
export interface Suites {
  /** Files below test/lvm/suites. Each finds disks with nothing on them. */
  readonly files: readonly string[];
  /** Sizes of the guest's disks in bytes: /dev/ubdb, /dev/ubdc, … */
  readonly diskBytes: readonly number[];
  /** systemd is the guest's first process. */
  readonly systemd?: boolean;
  /** Variables of this process that the suites are to see. */
  readonly environment?: readonly string[];
  /** The suites start the daemon from the production bundle. */
  readonly bundle?: boolean;
  /** 15 minutes by default: guests are slow on a busy machine. */
  readonly limitMs?: number;
}

export const GiB = 2 ** 30;

/** Takes away what a suite has left: groups, devices, and what is at the start of the disks. */
const clean = `umount -a -t ext4,xfs,btrfs 2>/dev/null
for group in $(vgs --noheadings -o vg_name 2>/dev/null); do vgremove -ff -y -q $group >/dev/null 2>&1; done
dmsetup remove_all
for disk in /dev/ubd[b-z]; do
  [ -b $disk ] && blkdiscard -f $disk 2>/dev/null || dd if=/dev/zero of=$disk bs=1M count=4 status=none
done
rm -rf /etc/lvm/backup/* /etc/lvm/archive/*
udevadm settle`;

/** Boots a guest and runs the suites in it with this very Node. On failure both the suite and the guest's console are told. */
export function guestSuite(title: string, suites: Suites): void {
  const { limitMs: timeout = 900_000, systemd = false } = suites;
  test(title, { skip: whyNot(systemd ? ["systemd", "systemd-notify"] : []), timeout }, async (t) => {
    await using guest = await bootGuest({ diskBytes: suites.diskBytes, systemd });
    const dist = join(guest.shared, "dist");
    if (suites.bundle === true) await bundle(dist);
    const environment = { ...given(suites.environment ?? []), NATIVESTOR_BUNDLE: dist };
    for (const [index, file] of suites.files.entries()) {
      if (index > 0) assert.equal((await guest.run(clean)).status, 0);
      await t.test(file.replace(".guest.ts", ""), { timeout }, async (one) => {
        const result = await guest.run(commandFor(file, environment));
        const summary = result.stdout.split("\n").filter((line) => /^ℹ (tests|pass|fail|killed)/.test(line));
        one.diagnostic(summary.join(", "));
        if (result.status !== 0) console.error(await guest.console());
        assert.equal(result.status, 0, `${result.stdout}\n${result.stderr}`);
      });
    }
  });
}

function given(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

function commandFor(file: string, environment: Readonly<Record<string, string>>): string {
  const path = join(checkout, "test/lvm/suites", file);
  const exports = Object.entries(environment).map(([name, value]) => `export ${name}=${quote(value)} && `);
  const node = `exec ${quote(process.execPath)} --disable-warning=ExperimentalWarning`;
  return `cd ${quote(checkout)} && ${exports.join("")}${node} --test --test-reporter=spec ${quote(path)}`;
}

/**
 * Why no guest can run here: the reason that the test is left out with.
 * @param further programs that are needed as well
 */
export function whyNot(further: readonly string[] = []): string | false {
  if (process.platform !== "linux" || process.arch !== "x64") return "User-Mode Linux runs on x86-64 Linux only";
  const missing = ["linux.uml", "lvm", "thin_check", ...further].filter((program) => !isInstalled(program));
  if (missing.length === 0) return false;
  return `real LVM is left out: ${missing.join(", ")} missing (Debian: user-mode-linux lvm2 thin-provisioning-tools systemd)`;
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin", "/usr/lib/systemd"];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
