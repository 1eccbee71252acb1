import type { Clock } from "../base/clock.ts";
import { messageOf, NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { createLvmdClient } from "./client.ts";
import { createRoomReader, type LvmdRoom } from "./room.ts";

export interface WatcherOptions {
  readonly socketPath: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onState: (room: LvmdRoom) => void;
  /** The stream has ended or could not be had; called once until the next `onState`. It is tried again all the time. */
  readonly onDown: (error: NativestorError) => void;
  /** 0 up to 1; the machine's own by default. */
  readonly random?: () => number;
}

/** Longest wait before the first attempt to come back, doubled for each that follows. */
const firstDelayMs = 100;
const longestDelayMs = 10_000;

/** Keeps a Watch stream of an lvmd open until it is closed. */
export function watchLvmd(options: WatcherOptions): { close(): Promise<void> } {
  const stop = new AbortController();
  const ended = keepWatching(options, stop.signal);
  return {
    close: async () => {
      stop.abort();
      await ended;
    },
  };
}

async function keepWatching(options: WatcherOptions, signal: AbortSignal): Promise<void> {
  const { clock, log, random = Math.random } = options;
  let failures = 0;
  while (!signal.aborted) {
    const error = await watchOnce(options, signal, () => {
      failures = 0;
    });
    if (signal.aborted) return;
    log.debug({ socket: options.socketPath, error: error.message, failures }, "no Watch stream of lvmd");
    if (failures === 0) guarded(log, () => options.onDown(error));
    failures += 1;
    await pause(clock, retryDelayMs(failures, random), signal);
  }
}

/** Follows one stream to its end, which is always an error: nobody but us ends it in peace. */
async function watchOnce(
  options: WatcherOptions,
  signal: AbortSignal,
  onMessage: () => void,
): Promise<NativestorError> {
  const client = createLvmdClient(options.socketPath);
  const roomOf = createRoomReader();
  try {
    for await (const response of client.groups.watch({}, { signal })) {
      onMessage();
      guarded(options.log, () => options.onState(roomOf(response)));
    }
    return new NativestorError("unavailable", `the lvmd at ${options.socketPath} has ended its Watch stream`);
  } catch (error) {
    return NativestorError.from(error);
  } finally {
    client.close();
  }
}

/** Between half and all of a time that doubles with each failure, so that those who lost one daemon do not return as one. */
export function retryDelayMs(failures: number, random: () => number): number {
  const most = Math.min(longestDelayMs, firstDelayMs * 2 ** Math.min(failures - 1, 30));
  return (most * (1 + random())) / 2;
}

function pause(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(delayMs, done);
    signal.addEventListener("abort", done);
    function done() {
      cancel();
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

function guarded(log: Logger, call: () => void): void {
  try {
    call();
  } catch (error) {
    log.error({ error: messageOf(error) }, "a listener of the Watch stream failed");
  }
}
