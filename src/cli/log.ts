import { createLogger, type Logger, type LogFormat, logFormats, type LogLevel, logLevels } from "../base/log.ts";
import type { Surroundings } from "./role.ts";
import { optionalChoice } from "./settings/kinds.ts";

/** Settings of every role that logs. */
export const logTable = {
  "log-level": optionalChoice(logLevels, {
    placeholder: "LEVEL",
    help: `which log lines are written: ${logLevels.join(", ")}`,
    initialText: "info",
  }),
  "log-format": optionalChoice(logFormats, {
    placeholder: "FORMAT",
    help: `how they are written, to standard error: ${logFormats.join(", ")}`,
    initialText: "text on a terminal, else json",
  }),
};

/** The root logger that these settings ask for. */
export function loggerFor(
  settings: { readonly "log-level": LogLevel | undefined; readonly "log-format": LogFormat | undefined },
  { logsToTerminal }: Pick<Surroundings, "logsToTerminal">,
  defaultLevel: LogLevel = "info",
): Logger {
  return createLogger({
    level: settings["log-level"] ?? defaultLevel,
    format: settings["log-format"] ?? (logsToTerminal ? "text" : "json"),
  });
}
