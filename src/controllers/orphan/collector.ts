import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { EventRecorder } from "../../kube/events/recorder.ts";
import { pause } from "../../kube/limit.ts";
import type { OrphanMetrics } from "./metrics.ts";
import type { Orphan, OrphanKind } from "./orphan.ts";
import { createSightings } from "./sightings.ts";

/** Whether orphans are only told of, which is the default everywhere, or removed too. */
export const orphanModes = ["report", "remove"] as const;
export type OrphanMode = (typeof orphanModes)[number];

/** Where orphans are looked for. */
export interface Hunt<T extends Orphan> {
  readonly kinds: readonly OrphanKind[];
  /** All that there are now. Rejects where anything could not be read: in doubt there are none. */
  find(signal: AbortSignal): Promise<readonly T[]>;
  /** Looks once more, at the sources themselves, and removes it. Answers false where it is no orphan after all. */
  remove(orphan: T, signal: AbortSignal): Promise<boolean>;
}

export interface CollectorOptions<T extends Orphan> {
  readonly hunt: Hunt<T>;
  readonly mode: OrphanMode;
  /** How long an orphan has to be one, at every look, before it is told of or removed. */
  readonly graceMs: number;
  readonly everyMs: number;
  readonly metrics: OrphanMetrics;
  readonly events: EventRecorder;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Looks for orphans every now and then, the first time at once. */
export function startCollector<T extends Orphan>(options: CollectorOptions<T>): { close(): Promise<void> } {
  const { clock, everyMs, log } = options;
  const sightings = createSightings(options.graceMs);
  const stop = new AbortController();
  const running = run();

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      try {
        await look();
      } catch (error) {
        if (!stop.signal.aborted) log.warn({ error: messageOf(error) }, "could not look for orphaned volumes");
      }
      await pause(clock, everyMs, stop.signal);
    }
  }

  async function look(): Promise<void> {
    const { hunt, metrics } = options;
    const orphans = sightings.see(await hunt.find(stop.signal), clock.monotonic());
    for (const kind of hunt.kinds) metrics.found.set({ kind }, orphans.filter((one) => one.kind === kind).length);
    for (const orphan of orphans) {
      if (stop.signal.aborted) return;
      if (options.mode === "remove") await collect(orphan);
      else tell(orphan, "OrphanFound", orphan.note);
    }
  }

  async function collect(orphan: T): Promise<void> {
    try {
      if (!(await options.hunt.remove(orphan, stop.signal))) return;
      options.metrics.removed.inc({ kind: orphan.kind });
      tell(orphan, "OrphanRemoved", `removed: ${orphan.note}`);
    } catch (error) {
      tell(orphan, "OrphanNotRemoved", `${orphan.note}; it could not be removed: ${messageOf(error)}`);
    }
  }

  function tell({ kind, key, regarding }: T, reason: string, note: string): void {
    log.warn({ kind, key, reason }, note);
    options.events.record({ regarding, type: "Warning", reason, action: "CollectOrphans", note });
  }

  return {
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
