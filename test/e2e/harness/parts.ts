/** The parts of a long file: all of them, or those that somebody asked for. */
export interface Parts {
  /** Registers the tests of a part that is wanted. */
  part(name: string, register: () => void): void;
  /** To be called after the last one. @throws Error where a part was asked for that there is not, naming what there is */
  allKnown(): void;
}

/** @param words names of parts, with blanks between; undefined or none takes all */
export function chooseParts(words = ""): Parts {
  const wanted = words.split(/\s+/).filter((word) => word !== "");
  const known: string[] = [];
  return {
    part: (name, register) => {
      known.push(name);
      if (wanted.length === 0 || wanted.includes(name)) register();
    },
    allKnown: () => {
      const unknown = wanted.filter((word) => !known.includes(word));
      if (unknown.length > 0) throw new Error(`no part is called ${unknown.join(", ")}; there are ${known.join(", ")}`);
    },
  };
}
