import type { FileSystem } from "../rules/file-systems.ts";
import { isBefore, type Version } from "./version.ts";

/** A feature that newer mkfs turn on by themselves, and that older kernels do not mount. */
interface Feature {
  /** First mkfs that may turn it on, and knows how to leave it out. */
  readonly mkfs: Version;
  /** First kernel that mounts it. */
  readonly kernel: Version;
  /** Leaves it out. */
  readonly without: readonly string[];
}

/** Sources: release notes of e2fsprogs 1.47, xfsprogs 5.15, 6.5 and 6.10, btrfs-progs 5.15 and 6.19; kernel release notes. */
const features: Readonly<Record<FileSystem, readonly Feature[]>> = {
  ext4: [
    { mkfs: [1, 47], kernel: [4, 4], without: ["-O", "^metadata_csum_seed"] },
    { mkfs: [1, 47], kernel: [5, 15], without: ["-O", "^orphan_file"] },
  ],
  xfs: [
    { mkfs: [5, 15], kernel: [5, 10], without: ["-m", "bigtime=0"] },
    { mkfs: [5, 15], kernel: [5, 10], without: ["-m", "inobtcount=0"] },
    { mkfs: [6, 5], kernel: [5, 19], without: ["-i", "nrext64=0"] },
    { mkfs: [6, 10], kernel: [6, 10], without: ["-i", "exchange=0"] },
    { mkfs: [6, 10], kernel: [6, 10], without: ["-n", "parent=0"] },
  ],
  btrfs: [
    { mkfs: [5, 15], kernel: [4, 0], without: ["-O", "^no-holes"] },
    { mkfs: [6, 19], kernel: [6, 1], without: ["-O", "^block-group-tree"] },
  ],
};

/** Arguments that keep mkfs from making what the running kernel cannot mount. */
export function featureArguments(fileSystem: FileSystem, mkfs: Version, kernel: Version): string[] {
  return features[fileSystem]
    .filter((feature) => !isBefore(mkfs, feature.mkfs) && isBefore(kernel, feature.kernel))
    .flatMap(({ without }) => without);
}
