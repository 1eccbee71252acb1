import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Clock } from "../../base/clock.ts";
import { type CheckReport, type Finding, refuseWhileServed } from "../../lvmd/check.ts";
import { loadConfig } from "../../lvmd/config/load.ts";
import { checkStorage } from "../../lvmd/open.ts";
import { type Paint, renderTable } from "../table.ts";

interface CheckMeans {
  readonly clock: Clock;
  readonly log: Logger;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly print: (text: string) => void;
  readonly paint: Paint;
}

/**
 * Ends what a daemon that died left half done, as the next start would, and prints what was found.
 * @throws NativestorError `failed-precondition` where something is left for a person to decide, or a daemon is at work
 */
export async function runCheck(configPath: string, { print, paint, ...means }: CheckMeans): Promise<void> {
  const config = await loadConfig(configPath);
  await refuseWhileServed(config.socketPath);
  const report = await checkStorage(config, means);
  print(renderCheck(report, paint));
  const { length } = report.reported;
  if (length > 0)
    throw new NativestorError(
      "failed-precondition",
      `${length} ${length === 1 ? "finding is" : "findings are"} left to you`,
    );
}

/** The report as a table. */
export function renderCheck({ finished, removed, waiting, reported }: CheckReport, paint: Paint): string {
  const rowsOf = (state: string, findings: readonly Finding[]) =>
    findings.map(({ volumeGroup, name, text }) => [state, volumeGroup, name, text]);
  const rows = [
    ...rowsOf(paint.good("finished"), finished),
    ...rowsOf(paint.good("removed"), removed),
    ...rowsOf("goes on", waiting),
    ...rowsOf(paint.bad("left"), reported),
  ];
  if (rows.length === 0) return "nothing is left half done\n";
  return renderTable(
    ["STATE", "GROUP", "VOLUME", "WHAT"].map((title) => ({ title })),
    rows,
    paint,
  );
}
