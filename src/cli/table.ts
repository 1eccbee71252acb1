/** A column of a table for a terminal. */
export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
}

/** Paints text; without colour it stays as it is. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
}

/** Colours of a terminal (SGR codes, ECMA-48), or none. */
export function paintFor(colour: boolean): Paint {
  const with_ = (code: number) => (text: string) => (colour && text !== "" ? `\u001b[${code}m${text}\u001b[0m` : text);
  return { bold: with_(1), dim: with_(2), good: with_(32), bad: with_(31) };
}

/** Lays rows out under their titles, two spaces between columns. A cell is plain or painted text of one line. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[], paint: Paint): string {
  const widths = columns.map(({ title }, at) => Math.max(title.length, ...rows.map((row) => width(row[at] ?? ""))));
  const line = (cells: readonly string[]) =>
    columns
      .map(({ align }, at) => pad(cells[at] ?? "", widths[at] ?? 0, align))
      .join("  ")
      .trimEnd();
  return [line(columns.map(({ title }) => paint.bold(title))), ...rows.map(line)].map((text) => `${text}\n`).join("");
}

function pad(cell: string, to: number, align: Column["align"]): string {
  const space = " ".repeat(to - width(cell));
  return align === "right" ? space + cell : cell + space;
}

// oxlint-disable-next-line no-control-regex -- colours take no room
const codes = /\u001b\[\d+m/g;

function width(cell: string): number {
  return cell.replace(codes, "").length;
}
