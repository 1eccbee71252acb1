import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import type { DeviceClass, LvmdConfig } from "../../../src/lvmd/config/model.ts";
import { type LvmOptions, openLvmStorage } from "../../../src/lvmd/lvm/storage.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { deviceClass } from "../../lvmd/samples.ts";

/** Runs a program in the guest and gives what it printed. @throws where its status is not 0 */
export function sh(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", LC_ALL: "C", LVM_SUPPRESS_FD_WARNINGS: "1" },
  });
}

/** Makes a volume group of these disks, letters of /dev/ubdX. */
export function makeGroup(name: string, letters: string, options: readonly string[] = []): void {
  sh("vgcreate", "-q", ...options, name, ...letters.split("").map((letter) => `/dev/ubd${letter}`));
}

/** Size of a block device in bytes, as the kernel says. */
export function kernelBytes(major: number, minor: number): bigint {
  return BigInt(readFileSync(`/sys/dev/block/${major}:${minor}/size`, "utf8").trim()) * 512n;
}

/** A thick class of the group `vg` without spare room, unless `changes` say otherwise. */
export function hostClass(name: string, changes: Partial<DeviceClass> = {}): DeviceClass {
  return deviceClass({ name, ...changes });
}

/** Resolves when the storage tells a state that is as wanted. @throws where it does not within a minute */
export async function until<T>(storage: Storage, look: () => Promise<T | undefined>): Promise<T> {
  const endMs = performance.now() + 60_000;
  for (;;) {
    const { promise: changed, resolve } = Promise.withResolvers<void>();
    const leave = storage.onChange(resolve);
    try {
      const seen = await look();
      if (seen !== undefined) return seen;
      // what is not told as a change is looked for
      await Promise.race([changed, setTimeout(250)]);
    } finally {
      leave();
    }
    if (performance.now() > endMs) throw new Error(`it did not come to that: ${sh("lvs", "-a", "-o", "+tags")}`);
  }
}

export interface HostStorage {
  readonly storage: Storage;
  readonly journalFolder: string;
  close(): Promise<void>;
}

/** Opens real storage of these classes. */
export async function openHost(
  deviceClasses: readonly DeviceClass[],
  options: Partial<LvmOptions> & { optionClasses?: LvmdConfig["optionClasses"] } = {},
): Promise<HostStorage> {
  const journalFolder = options.journalFolder ?? mkdtempSync(join(tmpdir(), "journal-"));
  const { optionClasses = [{ name: "plain", options: [] }], ...rest } = options;
  const storage = await openLvmStorage({
    config: {
      deviceClasses,
      optionClasses,
      lvmCommandPrefix: [],
      lvmOverrides: { devices: [], devicesFile: undefined, settings: [] },
    },
    clock: systemClock,
    log: silentLogger,
    environment: process.env,
    journalFolder,
    ...rest,
  });
  return {
    storage,
    journalFolder,
    close: async () => {
      await storage.close();
      rmSync(journalFolder, { recursive: true, force: true });
    },
  };
}
