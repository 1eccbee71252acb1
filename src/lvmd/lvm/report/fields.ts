import { NativestorError } from "../../../base/errors.ts";

/** One row of a report: every value is text, also numbers. */
export interface Row {
  /** @throws NativestorError `internal` naming the field */
  text(field: string): string;
  bytes(field: string): bigint;
  /** As `bytes`; undefined where the column is empty. */
  optionalBytes(field: string): bigint | undefined;
  integer(field: string): number;
  /** Undefined where the column is empty. */
  percent(field: string): number | undefined;
}

/** Reads a row of LVM's JSON. `where` is what messages call it. */
function rowOf(value: unknown, where: string): Row {
  if (typeof value !== "object" || value === null) throw broken(where, value, "an object");
  const columns = value as Readonly<Record<string, unknown>>;
  const text = (field: string) => {
    const column = Object.hasOwn(columns, field) ? columns[field] : undefined;
    if (typeof column !== "string") throw broken(`${where}.${field}`, column, "text");
    return column;
  };
  const matching = (field: string, pattern: RegExp, what: string) => {
    const column = text(field);
    if (!pattern.test(column)) throw broken(`${where}.${field}`, column, what);
    return column;
  };
  const bytes = (field: string) => BigInt(matching(field, /^\d+$/, "bytes"));
  return {
    text,
    bytes,
    optionalBytes: (field) => (text(field) === "" ? undefined : bytes(field)),
    integer: (field) => Number(matching(field, /^-?\d{1,15}$/, "a whole number")),
    percent: (field) => (text(field) === "" ? undefined : Number(matching(field, /^-?\d+(\.\d+)?$/, "percent"))),
  };
}

/** Rows under a key of a report; none where LVM left the key out. */
export function rowsOf(report: Readonly<Record<string, unknown>>, key: string): Row[] {
  const list = report[key] ?? [];
  if (!Array.isArray(list)) throw broken(key, list, "a list");
  return list.map((value, index) => rowOf(value, `${key}[${index}]`));
}

function broken(where: string, value: unknown, expected: string): NativestorError {
  const seen = (JSON.stringify(value) ?? "nothing").slice(0, 80);
  return new NativestorError("internal", `lvm report: ${where} is ${seen}, not ${expected}`);
}
