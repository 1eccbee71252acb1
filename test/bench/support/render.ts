import type { Bench, Findings, Goal, Table } from "./bench.ts";

/** A bench's section of the document, which a terminal shows well too. */
export function renderSection(
  { title, about }: Bench,
  { tables, pictures = [], goals }: Findings,
  conditions: string,
): string {
  const parts = [`## ${title}`, about, `*${conditions}*`, ...tables.map(renderTable)];
  parts.push(...pictures.map(({ file, alt }) => `![${alt}](images/${file})`));
  if (goals.length > 0) parts.push(renderTable(goalsTable(goals)));
  return `${parts.join("\n\n")}\n`;
}

function goalsTable(goals: readonly Goal[]): Table {
  return {
    caption: "Goals",
    columns: ["goal", "seen", ""],
    rows: goals.map(({ text, seen, met }) => [text, seen, met ? "met" : "**missed**"]),
  };
}

function renderTable({ caption, columns, rows }: Table): string {
  const widths = columns.map((title, at) => Math.max(3, title.length, ...rows.map((row) => (row[at] ?? "").length)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => pad(cells[at] ?? "", width, at)).join(" | ")} |`;
  const rule = `| ${widths.map((width, at) => (at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
  return [`${caption}:`, "", line(columns), rule, ...rows.map(line)].join("\n");
}

function pad(cell: string, width: number, at: number): string {
  return at === 0 ? cell.padEnd(width) : cell.padStart(width);
}
