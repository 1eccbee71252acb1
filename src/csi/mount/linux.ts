import { readFile, stat } from "node:fs/promises";
import { type MountEntry, parseMountinfo } from "./mountinfo.ts";
import type { Mounts } from "./port.ts";
import { type Run, runWell } from "./run.ts";

/** Mounts of this process's namespace, changed by mount(8) and umount(8). */
export function linuxMounts(run: Run): Mounts {
  const list = async () => {
    const entries = parseMountinfo(await readFile("/proc/self/mountinfo", "utf8"));
    return Promise.all(entries.map(withRealDevice));
  };
  return {
    list,
    mount: async ({ device, target, fileSystem, options }) => {
      const flags = options.length === 0 ? [] : ["-o", options.join(",")];
      await runWell(run, "mount", ["-t", fileSystem, ...flags, device, target]);
    },
    bind: async (source, target) => {
      await runWell(run, "mount", ["--bind", source, target]);
    },
    makeReadOnly: async (target) => {
      const own = (await list()).findLast(({ mountPoint }) => mountPoint === target)?.options ?? [];
      // a bind remount sets all flags of the mount anew: those that it has are named again
      const kept = own.filter((option) => option !== "rw" && option !== "ro");
      await runWell(run, "mount", ["-o", ["remount", "bind", "ro", ...kept].join(","), target]);
    },
    unmount: async (target) => {
      await runWell(run, "umount", [target]);
    },
  };
}

/** btrfs has a made-up device number: the real one is that of its source. */
async function withRealDevice(entry: MountEntry): Promise<MountEntry> {
  if (!entry.device.startsWith("0:") || !entry.source.startsWith("/dev/")) return entry;
  const device = await deviceNumber(entry.source);
  return device === undefined ? entry : { ...entry, device };
}

/** `MAJOR:MINOR` of a device's node; undefined where it is none. */
export async function deviceNumber(path: string): Promise<string | undefined> {
  const node = await stat(path, { bigint: true }).catch(() => undefined);
  return node?.isBlockDevice() ? numberText(node.rdev) : undefined;
}

// makedev(3), as the GNU C library lays it out
function numberText(rdev: bigint): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & ~0xfffn);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & ~0xffn & 0xffffffffn);
  return `${major}:${minor}`;
}
