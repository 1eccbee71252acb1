import { join } from "node:path";
import { isExecutable } from "./tools.ts";

/** Programs that suites run, by the Debian package that brings each: those of real LVM and real nodes, of the container
 * image, and of monitoring. */
const programs = {
  nodes: {
    "user-mode-linux": "linux.uml",
    lvm2: "lvm",
    "thin-provisioning-tools": "thin_check",
    e2fsprogs: "mkfs.ext4",
    xfsprogs: "mkfs.xfs",
    "btrfs-progs": "mkfs.btrfs",
    kmod: "modprobe",
    udev: "systemd-udevd",
    systemd: "systemd-analyze",
    iproute2: "ip",
    "busybox-static": "busybox",
    runc: "runc",
    "containernetworking-plugins": "ptp",
    iptables: "iptables",
  },
  image: { buildah: "buildah", mmdebstrap: "mmdebstrap", runc: "runc" },
  monitoring: { prometheus: "promtool" },
} as const satisfies Record<string, Readonly<Record<string, string>>>;

/** What packages are for. */
export type Purpose = keyof typeof programs;

const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib/systemd", "/lib/systemd", "/usr/lib/cni"];

/** Debian packages whose program is not on this machine. */
export function missingPackages(...purposes: readonly Purpose[]): string[] {
  return purposes
    .flatMap((purpose) => Object.entries(programs[purpose]))
    .filter(([, program]) => !folders.some((folder) => isExecutable(join(folder, program))))
    .map(([name]) => name);
}
