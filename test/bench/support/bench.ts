/** One bench. A file `NAME.bench.ts` exports one as `bench`; it runs in a process of its own. */
export interface Bench {
  readonly title: string;
  /** What is measured and how, in Markdown. */
  readonly about: string;
  /** @param say tells a person how far it is */
  run(say: (text: string) => void): Promise<Findings>;
}

/** What a bench has seen. */
export interface Findings {
  readonly tables: readonly Table[];
  readonly pictures?: readonly Picture[];
  readonly goals: readonly Goal[];
}

/** Figures, with their units in the titles of the columns. */
export interface Table {
  readonly caption: string;
  readonly columns: readonly string[];
  /** The first cell names the row; the others are figures. */
  readonly rows: readonly (readonly string[])[];
}

/** A picture of the document's folder `images`. */
export interface Picture {
  readonly file: string;
  /** What is to be seen, for those who do not see it. */
  readonly alt: string;
  readonly svg: string;
}

/** What was wanted, and what was seen. */
export interface Goal {
  readonly text: string;
  readonly seen: string;
  readonly met: boolean;
}
