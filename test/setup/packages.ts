import { join } from "node:path";
import { isExecutable } from "./tools.ts";

/** A program that the suites with real LVM and real nodes run, by the Debian package that brings it. */
const programs: Readonly<Record<string, string>> = {
  "user-mode-linux": "linux.uml",
  lvm2: "lvm",
  "thin-provisioning-tools": "thin_check",
  e2fsprogs: "mkfs.ext4",
  xfsprogs: "mkfs.xfs",
  "btrfs-progs": "mkfs.btrfs",
  kmod: "modprobe",
  udev: "systemd-udevd",
  iproute2: "ip",
  "busybox-static": "busybox",
  runc: "runc",
  "containernetworking-plugins": "ptp",
  iptables: "iptables",
};

const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib/systemd", "/lib/systemd", "/usr/lib/cni"];

/** Debian packages whose program is not on this machine. */
export function missingPackages(): string[] {
  return Object.entries(programs)
    .filter(([, program]) => !folders.some((folder) => isExecutable(join(folder, program))))
    .map(([name]) => name);
}
