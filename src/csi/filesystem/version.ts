/** Version of a program or kernel: major and minor. */
export type Version = readonly [number, number];

/** The first version in a text, such as `mke2fs 1.47.0 (5-Feb-2023)`, `btrfs-progs v6.2` or `6.1.0-9-amd64`. */
export function versionIn(text: string): Version | undefined {
  const match = /(?:^|[^\w.])v?(\d+)\.(\d+)/.exec(text);
  return match === null ? undefined : [Number(match[1]), Number(match[2])];
}

export function isBefore([major, minor]: Version, [otherMajor, otherMinor]: Version): boolean {
  return major === otherMajor ? minor < otherMinor : major < otherMajor;
}
