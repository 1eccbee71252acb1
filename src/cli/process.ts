/** The parts of a process that are looked at. */
type Process = Pick<NodeJS.Process, "on" | "exit" | "stdout" | "stderr">;

const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

// as a shell counts a death by signal
const statuses = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 };

/**
 * Aborts at the first SIGTERM, SIGINT or SIGHUP (a closed terminal); a second one ends the process at once. As process 1
 * of a container there is no default for these, so without handlers they would do nothing.
 */
export function stopOnSignals(process: Process): AbortSignal {
  const stop = new AbortController();
  for (const signal of signals)
    process.on(signal, () => {
      if (stop.signal.aborted) process.exit(statuses[signal]);
      stop.abort();
    });
  return stop.signal;
}

/** Ends the process on an error that nobody caught, and lets it outlive the reader of its output (`nativestor … | head`). */
export function guardProcess(process: Process): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: Error) => {
      if (!isBrokenPipe(error)) throw error;
    });
  for (const event of ["uncaughtException", "unhandledRejection"] as const)
    process.on(event, (error: unknown) => {
      if (isBrokenPipe(error)) return;
      process.stderr.write(`nativestor: ${event}: ${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    });
}

function isBrokenPipe(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EPIPE";
}
