import { systemClock } from "../../src/base/clock.ts";
import type { Output } from "../../src/cli/program.ts";
import type { Surroundings } from "../../src/cli/role.ts";

/** Surroundings that remember what was printed. */
export function recordedSurroundings(more: Partial<Surroundings> = {}) {
  const printed: string[] = [];
  const complaints: string[] = [];
  const surroundings: Surroundings = {
    env: {},
    clock: systemClock,
    print: (text) => void printed.push(text),
    colour: false,
    logsToTerminal: false,
    stop: new AbortController().signal,
    ...more,
  };
  const output: Output = { out: (text) => void printed.push(text), err: (text) => void complaints.push(text) };
  return { surroundings, output, printed: () => printed.join(""), complaints: () => complaints.join("") };
}
