import { join } from "node:path";
import { isExecutable } from "./tools.ts";

/** A program that tests run, by the Debian package that brings it. */
type Programs = Readonly<Record<string, string>>;

/** Of the suites with real LVM and real nodes. */
const nodePrograms: Programs = {
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

/** Of the suite that builds the container image and runs it. */
const imagePrograms: Programs = { buildah: "buildah", mmdebstrap: "mmdebstrap", runc: "runc" };

const folders = ["/usr/bin", "/usr/sbin", "/bin", "/sbin", "/usr/lib/systemd", "/lib/systemd", "/usr/lib/cni"];

/** Debian packages whose program is not on this machine, for real nodes or for the image. */
export function missingPackages(purpose: "nodes" | "image"): string[] {
  const programs = purpose === "nodes" ? nodePrograms : imagePrograms;
  return Object.entries(programs)
    .filter(([, program]) => !folders.some((folder) => isExecutable(join(folder, program))))
    .map(([name]) => name);
}
