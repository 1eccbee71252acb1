/** One entry of an archive. */
export type TarEntry =
  | { readonly name: string; readonly kind: "folder" }
  | { readonly name: string; readonly kind: "link"; readonly target: string }
  | { readonly name: string; readonly kind: "file"; readonly content: Buffer; readonly mode?: number };

const block = 512;

/** An archive in the format that POSIX calls ustar (pax(1)): all that container images need. */
export function tar(entries: readonly TarEntry[]): Buffer {
  const parts = entries.flatMap((entry) => {
    const content = entry.kind === "file" ? entry.content : Buffer.alloc(0);
    return [header(entry, content.length), content, Buffer.alloc((block - (content.length % block)) % block)];
  });
  return Buffer.concat([...parts, Buffer.alloc(2 * block)]);
}

const flags = { file: "0", link: "2", folder: "5" } as const;
const checksumAt = 148;
const checksumLength = 8;

function header(entry: TarEntry, size: number): Buffer {
  const bytes = Buffer.alloc(block);
  const mode = entry.kind === "file" ? (entry.mode ?? 0o644) : 0o755;
  bytes.write(entry.name, 0, 100);
  for (const [value, offset, digits] of [
    [mode, 100, 7],
    [0, 108, 7],
    [0, 116, 7],
    [size, 124, 11],
    [0, 136, 11],
  ] as const)
    bytes.write(value.toString(8).padStart(digits, "0"), offset);
  bytes.write(flags[entry.kind], 156);
  if (entry.kind === "link") bytes.write(entry.target, 157, 100);
  bytes.write("ustar\u000000", 257, "latin1");
  // the sum counts itself as blanks
  bytes.fill(" ", checksumAt, checksumAt + checksumLength);
  const sum = bytes.reduce((total, byte) => total + byte, 0);
  bytes.write(`${sum.toString(8).padStart(6, "0")}\0 `, checksumAt);
  return bytes;
}
