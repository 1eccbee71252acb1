/**
 * The copy of a group's metadata that lvm writes at every change, whoever makes it (lvm.conf(5), `backup/backup`;
 * vgcfgbackup(8)), cut into pieces that can be compared.
 */
export interface MetadataCopy {
  /** Identity of the group. */
  readonly uuid: string;
  readonly sequence: bigint;
  /** All that is not about a volume: the group's flags, its disks. */
  readonly frame: string;
  /** Text of each volume by its name, LVM's inner ones included. */
  readonly volumes: ReadonlyMap<string, string>;
}

const beginOfVolumes = "\n\tlogical_volumes {\n";
const endOfSection = "\n\t}\n";

/** Cuts a copy; undefined where the text is none, as when it is cut off. */
export function cutCopy(text: string): MetadataCopy | undefined {
  const begin = text.search(/^\S+ \{\n\tid = /m);
  const end = text.lastIndexOf("\n}\n");
  if (begin < 0 || end < begin) return undefined;
  const [head, volumes, tail] = sections(text.slice(begin, end + 1));
  const uuid = /^\tid = "([^"]+)"/m.exec(head)?.[1];
  const sequence = /^\tseqno = (\d+)/m.exec(head);
  if (uuid === undefined || sequence?.[1] === undefined) return undefined;
  return {
    uuid,
    sequence: BigInt(sequence[1]),
    frame: `${head.replace(sequence[0], "").trimEnd()}\n${tail.trim()}`,
    volumes: new Map(
      Array.from(volumes.matchAll(/^\t\t(\S+) \{\n([\s\S]*?)^\t\t\}$/gm), ([, name = "", block = ""]) => [name, block]),
    ),
  };
}

/** What comes before the volumes, they, and what comes after them; a group without volumes has no such section. */
function sections(text: string): readonly [string, string, string] {
  const at = text.indexOf(beginOfVolumes);
  if (at < 0) return [text, "", ""];
  const from = at + beginOfVolumes.length;
  const to = text.indexOf(endOfSection, from);
  return [text.slice(0, at), text.slice(from, to + 1), text.slice(to + endOfSection.length)];
}

/** Names of the volumes that a report tells: not LVM's inner ones, but thick snapshots, which may be marked as such. */
export function visibleIn({ volumes }: MetadataCopy): Set<string> {
  const visible = new Set<string>();
  for (const [name, text] of volumes) {
    if (!isInner(text)) visible.add(name);
    const store = /^\t\t\t\tcow_store = "([^"]+)"/m.exec(text)?.[1];
    if (store !== undefined) visible.add(store);
  }
  return visible;
}

/** The text is that of an inner volume: part of another one, or what ties a thick snapshot to its source. */
export function isInner(text: string): boolean {
  return !/^\t\t\tstatus = \[.*"VISIBLE"/m.test(text) || /^\t\t\t\ttype = "snapshot"/m.test(text);
}
