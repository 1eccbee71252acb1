import type { Clock } from "../../../base/clock.ts";
import type { LvmOutcome, LvmRunner } from "./outcome.ts";

/** Told of each lvm command: which, how it ended, and how many milliseconds it took. `unknown` is one that ended without telling. */
export type ObserveCommand = (command: string, result: "done" | "failed" | "unknown", tookMs: number) => void;

/** A runner whose commands are told of. */
export function measured(runner: LvmRunner, clock: Clock, observe: ObserveCommand): LvmRunner {
  const around =
    (run: (args: readonly string[]) => Promise<LvmOutcome>) =>
    async (args: readonly string[]): Promise<LvmOutcome> => {
      const startMs = clock.monotonic();
      let status: number | undefined;
      try {
        const outcome = await run(args);
        ({ status } = outcome);
        return outcome;
      } finally {
        observe(args[0] ?? "", resultOf(status), clock.monotonic() - startMs);
      }
    };
  return { ...runner, read: around((args) => runner.read(args)), change: around((args) => runner.change(args)) };
}

function resultOf(status: number | undefined): "done" | "failed" | "unknown" {
  if (status === undefined) return "unknown";
  return status === 0 ? "done" : "failed";
}
