/** One mount, from /proc/self/mountinfo: proc_pid_mountinfo(5). */
export interface MountEntry {
  /** Of the file system: `MAJOR:MINOR`. A btrfs has a made-up one. */
  readonly device: string;
  /** Path within its file system that is seen at the mount point. */
  readonly root: string;
  readonly mountPoint: string;
  /** Of this mount alone, such as `ro` or `noatime`. */
  readonly options: readonly string[];
  readonly fileSystem: string;
  /** What was mounted, mostly a device's path. */
  readonly source: string;
  /** Of the file system, whatever the mount. */
  readonly superOptions: readonly string[];
}

/** Reads a mountinfo file. Lines that are no mounts are left out; later mounts lie over earlier ones. */
export function parseMountinfo(text: string): MountEntry[] {
  return text.split("\n").flatMap((line) => parseLine(line) ?? []);
}

function parseLine(line: string): MountEntry | undefined {
  const fields = line.split(" ");
  const [, , device, root, mountPoint, options] = fields;
  // optional fields, as many as there are, end with a lone hyphen
  const hyphen = fields.indexOf("-", 6);
  if (hyphen < 0) return undefined;
  const [fileSystem, source, superOptions] = fields.slice(hyphen + 1);
  if (device === undefined || root === undefined || mountPoint === undefined || options === undefined) return undefined;
  if (fileSystem === undefined || source === undefined) return undefined;
  return {
    device,
    root: unescape(root),
    mountPoint: unescape(mountPoint),
    options: options.split(","),
    fileSystem: unescape(fileSystem),
    source: unescape(source),
    superOptions: superOptions?.split(",").map(unescape) ?? [],
  };
}

/** Space, tab, newline, backslash and "#" are written as three octal digits; all else is as it is. */
function unescape(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, octal: string) => String.fromCodePoint(Number.parseInt(octal, 8)));
}
