import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Clock } from "../../base/clock.ts";
import { type CheckReport, type Finding, refuseWhileServed } from "../../lvmd/check.ts";
import { loadConfig } from "../../lvmd/config/load.ts";
import { checkStorage } from "../../lvmd/open.ts";
import { type Paint, renderTable } from "../table.ts";

/**
 * Ends what a daemon that died left half done, as the next start would, and prints what was found.
 * @throws NativestorError `failed-precondition` where something is left for a person to decide, or a daemon is at work
 */
export async function runCheck(
  configPath: string,
  { clock, log, print, paint }: { clock: Clock; log: Logger; print: (text: string) => void; paint: Paint },
): Promise<void> {
  const config = await loadConfig(configPath);
  await refuseWhileServed(config.socketPath);
  const report = await checkStorage(config, { clock, log });
  print(renderCheck(report, paint));
  const { length } = report.reported;
  if (length > 0)
    throw new NativestorError(
      "failed-precondition",
      `${length} ${length === 1 ? "finding is" : "findings are"} left to you`,
    );
}

/** The report as a table. */
export function renderCheck({ finished, removed, reported }: CheckReport, paint: Paint): string {
  const rowsOf = (state: string, findings: readonly Finding[]) =>
    findings.map(({ volumeGroup, name, text }) => [state, volumeGroup, name, text]);
  const rows = [
    ...rowsOf(paint.good("finished"), finished),
    ...rowsOf(paint.good("removed"), removed),
    ...rowsOf(paint.bad("left"), reported),
  ];
  if (rows.length === 0) return "nothing is left half done\n";
  return renderTable(
    ["STATE", "GROUP", "VOLUME", "WHAT"].map((title) => ({ title })),
    rows,
    paint,
  );
}
