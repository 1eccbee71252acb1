import type { FileResult } from "./result.ts";

/** One line for a file that has ended. */
export function fileLine({ file, passed, failures, durationMs }: FileResult): string {
  const mark = failures.length === 0 ? "ok  " : "FAIL";
  const failed = failures.length === 0 ? "" : `, ${failures.length} failed`;
  return `${mark} ${file} (${passed} passed${failed}, ${(durationMs / 1000).toFixed(1)} s)`;
}

/** The failures of a file in full, with what it printed. */
export function failureText({ file, failures, output }: FileResult): string {
  const parts = failures.map(({ title, detail }) => `✖ ${title}\n${indent(detail)}`);
  if (output.trim() !== "") parts.push(`  printed by ${file}:\n${indent(tail(output))}`);
  return parts.join("\n\n");
}

/** As much of a log as a person reads. */
const maxOutput = 20_000;

function tail(text: string): string {
  return text.length <= maxOutput ? text.trimEnd() : `… ${text.slice(-maxOutput).trimEnd()}`;
}

function indent(text: string): string {
  return text.replace(/^/gm, "    ");
}
