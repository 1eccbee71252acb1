import { setTimeout } from "node:timers/promises";
import type { BundledDaemon } from "../support/bundled-daemon.ts";

/** How often each kind was killed. */
export interface Kills {
  daemon: number;
  starting: number;
  lvm: number;
}

/** Changes in a guest take 0.3 to 1 s. */
const longestMs = 900;

/** Kills the daemon, or an lvm that it runs, at a random moment. Whom it meant to kill may have ended before. */
export async function killLater(daemon: BundledDaemon, kills: Kills, random: () => number): Promise<void> {
  const isLvm = random() < 0.5;
  const which = random();
  await setTimeout(random() * longestMs);
  if (!isLvm) {
    await daemon.end("SIGKILL");
    kills.daemon += 1;
    return;
  }
  const children = daemon.children();
  const victim = children[Math.floor(which * children.length)];
  if (victim === undefined) return;
  try {
    process.kill(victim, "SIGKILL");
    kills.lvm += 1;
  } catch {
    // it had ended
  }
}
