/** Sections stand between these, so that a run of one bench leaves those of the others as they are. */
const begin = (name: string) => `<!-- begin ${name} -->`;
const end = (name: string) => `<!-- end ${name} -->`;

/**
 * Puts sections into the document: each replaces the one of its name, and sections that no bench has any more go.
 * @param head what stands above the sections
 * @param names all benches, in the order of the document
 */
export function updated(
  document: string,
  head: string,
  names: readonly string[],
  sections: ReadonlyMap<string, string>,
): string {
  const parts = names.flatMap((name) => {
    const section = sections.get(name) ?? sectionIn(document, name);
    return section === undefined ? [] : [`${begin(name)}\n\n${section.trim()}\n\n${end(name)}`];
  });
  return `${[head.trim(), ...parts].join("\n\n")}\n`;
}

function sectionIn(document: string, name: string): string | undefined {
  const from = document.indexOf(begin(name));
  const to = document.indexOf(end(name));
  return from === -1 || to < from ? undefined : document.slice(from + begin(name).length, to);
}
