import type { Logger } from "pino";
import pino from "pino";

export type { Logger } from "pino";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];

export const logFormats = ["json", "text"] as const;
export type LogFormat = (typeof logFormats)[number];

/** The root logger of a process. Goes to standard error, so that standard output stays for what a command prints. */
export function createLogger(options: { level: LogLevel; format: LogFormat }): Logger {
  const destination = options.format === "json" ? pino.destination({ fd: 2, sync: true }) : textDestination();
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
}

/** A logger that says nothing. */
export const silentLogger: Logger = pino({ level: "silent" });

function textDestination() {
  return { write: (line: string) => void process.stderr.write(textOf(line)) };
}

const levelNames: Record<number, string> = {
  10: "TRACE",
  20: "DEBUG",
  30: "INFO",
  40: "WARN",
  50: "ERROR",
  60: "FATAL",
};

/** One log line as `TIME LEVEL message key=value …`. */
export function textOf(line: string): string {
  const { time, level, msg, ...rest } = JSON.parse(line) as Record<string, unknown>;
  const fields = Object.entries(rest).map(
    ([key, value]) => `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${[time, levelNames[Number(level)] ?? level, msg, ...fields].join(" ")}\n`;
}
