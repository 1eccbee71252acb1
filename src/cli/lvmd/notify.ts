import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

const run = promisify(execFile);

/** Long enough for a loaded host; systemd has its own limit for the start. */
const limitMs = 10_000;

/**
 * Tells systemd of this process's state, as sd_notify(3) has it; does nothing where no systemd asked (no NOTIFY_SOCKET).
 * Through the command systemd-notify, as Node has no datagram sockets in the file system; it comes with systemd, is
 * started once for each state, and waits until systemd has taken the message. What fails is logged: the daemon serves
 * as well, and systemd says in its turn that it heard nothing.
 * @param command replaces systemd-notify in tests
 */
export async function notifySystemd(
  states: Readonly<Record<string, string>>,
  { env, log, command = "systemd-notify" }: NotifyMeans,
): Promise<void> {
  const { NOTIFY_SOCKET: socket, PATH: path } = env;
  if (socket === undefined || socket === "") return;
  const assignments = Object.entries(states).map(([name, value]) => `${name}=${value}`);
  try {
    await run(command, assignments, {
      env: { NOTIFY_SOCKET: socket, PATH: path ?? "/usr/bin:/bin" },
      timeout: limitMs,
    });
  } catch (error) {
    log.warn({ error: messageOf(error) }, "systemd could not be told of this daemon's state");
  }
}

interface NotifyMeans {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
  readonly command?: string;
}
