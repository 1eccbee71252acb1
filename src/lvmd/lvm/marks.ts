/**
 * Tags of ours on volumes, written by the command that makes the volume, so that no crash parts the two. Callers do not
 * see them.
 */
const prefix = "nativestor.";
const operationPrefix = `${prefix}op=`;
const sourcePrefix = `${prefix}source=`;

/** Marks a volume that is being copied: it has not its content yet. */
export const copyingMark = `${prefix}copying`;

/** Marks what one operation made; `id` is random. */
export function operationMark(id: string): string {
  return operationPrefix + id;
}

/** Marks what a snapshot was made of: LVM itself forgets it when the source of a thin snapshot goes. */
export function sourceMark(source: string): string {
  return sourcePrefix + source;
}

/** The tag is one of ours. */
export function isMark(tag: string): boolean {
  return tag === copyingMark || tag.startsWith(operationPrefix) || tag.startsWith(sourcePrefix);
}

/** What the tags say that the volume was made of. */
export function sourceIn(tags: readonly string[]): string | undefined {
  return tags.find((tag) => tag.startsWith(sourcePrefix))?.slice(sourcePrefix.length);
}
