import { isInner, type MetadataCopy } from "./copy.ts";

/** More changed volumes than these, inner ones included, are not followed one by one. */
const mostChanged = 200;

/**
 * Volumes about which a report may tell something else than before: those whose metadata changed, came or went, and those
 * that hang together with them, such as a thin volume's pool and a snapshot's source. Inner volumes stand for the one they
 * are part of. Undefined where more than volumes changed (disks, or flags of the group), or very many of them.
 */
export function touchedBetween(before: MetadataCopy, now: MetadataCopy): ReadonlySet<string> | undefined {
  if (before.frame !== now.frame) return undefined;
  const texts = [before.volumes, now.volumes];
  const names = new Set(texts.flatMap((volumes) => [...volumes.keys()]));
  const changed = new Set([...names].filter((name) => before.volumes.get(name) !== now.volumes.get(name)));
  if (changed.size > mostChanged) return undefined;
  const found = new Set(changed);
  // a set hands out what is added to it meanwhile as well
  for (const name of found) {
    const isPart = texts.some((volumes) => isPartIn(volumes, name));
    if (!isPart && !changed.has(name)) continue;
    for (const volumes of texts) {
      for (const mentioned of mentionedIn(volumes.get(name))) if (names.has(mentioned)) found.add(mentioned);
      for (const [other, text] of volumes)
        if (text.includes(`"${name}"`) && (isPart || isInner(text))) found.add(other);
    }
  }
  return found;
}

function isPartIn(volumes: MetadataCopy["volumes"], name: string): boolean {
  const text = volumes.get(name);
  return text !== undefined && isInner(text);
}

function mentionedIn(text = ""): string[] {
  return Array.from(text.matchAll(/"([^"]+)"/g), ([, name = ""]) => name);
}
