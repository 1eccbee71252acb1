import type { ExtenderArgs } from "../args/args.ts";
import type { Writer } from "./writer.ts";

/** Writes the name of a candidate as JSON text; where it is one of a roster, its bytes stand ready. */
export function nameWriter(out: Writer, { nodeNames, found }: ExtenderArgs): (at: number) => void {
  return (at) => {
    const row = found?.rows[at] ?? -1;
    const start = found?.roster.start(row) ?? 0;
    const end = found?.roster.end(row) ?? 0;
    if (found === undefined || row === -1 || start === end) out.quoted(nodeNames[at] ?? "");
    else out.part(found.roster.text, start, end);
  };
}
