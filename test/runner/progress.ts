import type { TestEvent } from "node:test/reporters";

/** What node:test says at the end of a file, which is told in another way. */
const summary = /^(tests|suites|pass|fail|cancelled|skipped|todo|duration_ms) [\d.]+$/;

/** What a person is told of a test the moment that it ends, and of what it says itself; undefined for other events. */
export function progressLine(event: TestEvent): string | undefined {
  if (event.type === "test:diagnostic") return summary.test(event.data.message) ? undefined : `  ${event.data.message}`;
  if (event.type !== "test:complete" || event.data.details.type === "suite") return undefined;
  const { name, details } = event.data;
  return `${details.passed ? "ok  " : "FAIL"} ${(details.duration_ms / 1000).toFixed(1)} s  ${name}`;
}
