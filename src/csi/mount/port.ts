import type { MountEntry } from "./mountinfo.ts";

/** A file system to be mounted. */
export interface MountWish {
  readonly device: string;
  readonly target: string;
  readonly fileSystem: string;
  /** For mount -o. */
  readonly options: readonly string[];
}

/** What is mounted, and mounting. One real implementation, `linux.ts`, and one in memory for tests. */
export interface Mounts {
  /** In order: later ones lie over earlier ones. */
  list(): Promise<readonly MountEntry[]>;
  mount(wish: MountWish): Promise<void>;
  /** Shows a file at another path, too. */
  bind(source: string, target: string): Promise<void>;
  /** Makes one mount read-only and leaves others of its file system as they are. */
  makeReadOnly(target: string): Promise<void>;
  /** Takes away the topmost mount. */
  unmount(target: string): Promise<void>;
}
