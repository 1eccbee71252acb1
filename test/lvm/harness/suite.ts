import assert from "node:assert/strict";
import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { test } from "node:test";
import { bootGuest, checkout } from "./guest.ts";

/** A suite that runs inside a guest, where LVM and device-mapper are real. */
export interface Suite {
  /** File below test/lvm/suites. */
  readonly file: string;
  /** Sizes of the guest's disks in bytes: /dev/ubdb, /dev/ubdc, … */
  readonly diskBytes: readonly number[];
  /** Variables of this process that the suite is to see. */
  readonly environment?: readonly string[];
}

export const GiB = 2 ** 30;

/** Boots a guest and runs the suite in it with this very Node. On failure both the suite and the guest's console are told. */
export function guestSuite(title: string, suite: Suite): void {
  test(title, { skip: whyNot(), timeout: 900_000 }, async (t) => {
    await using guest = await bootGuest({ diskBytes: suite.diskBytes });
    const file = join(checkout, "test/lvm/suites", suite.file);
    const command = `exec ${quote(process.execPath)} --disable-warning=ExperimentalWarning --test --test-reporter=spec ${quote(file)}`;
    const given = (suite.environment ?? []).filter((name) => process.env[name] !== undefined);
    const exports = given.map((name) => `export ${name}=${quote(process.env[name] ?? "")} && `).join("");
    const result = await guest.run(`cd ${quote(checkout)} && ${exports}${command}`);
    const summary = result.stdout.split("\n").filter((line) => /^ℹ (tests|pass|fail) /.test(line));
    t.diagnostic(summary.join(", "));
    if (result.status !== 0) console.error(await guest.console());
    assert.equal(result.status, 0, `${result.stdout}\n${result.stderr}`);
  });
}

/** Why no guest can run here: the reason that the test is left out with. */
export function whyNot(): string | false {
  if (process.platform !== "linux" || process.arch !== "x64") return "User-Mode Linux runs on x86-64 Linux only";
  const missing = ["linux.uml", "lvm", "thin_check"].filter((program) => !isInstalled(program));
  if (missing.length === 0) return false;
  return `real LVM is left out: ${missing.join(", ")} missing (Debian: user-mode-linux lvm2 thin-provisioning-tools)`;
}

function isInstalled(program: string): boolean {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), "/usr/sbin", "/sbin"];
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
