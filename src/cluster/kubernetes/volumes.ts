import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { KubeError } from "../../kube/errors.ts";
import { pause } from "../../kube/limit.ts";
import type { Reflector } from "../../kube/reflector.ts";
import type { Resource } from "../../kube/resource.ts";

/** LogicalVolumes, which a cluster need not have. */
export interface VolumeMirror {
  /** False where there is no such kind of object, or it may not be read. */
  exist(): boolean;
  /** They are followed, or there is no such kind of object. */
  isFollowing(): boolean;
  /** Resolves when they have been read once, or are known not to be there. */
  whenSynced(): Promise<void>;
  /** Gives up the open watch, whose server is thought gone. */
  reconnect(reason: string): void;
  close(): Promise<void>;
}

export interface VolumeMirrorOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
  /** Starts to mirror them. */
  readonly start: (resource: Resource) => Reflector;
}

const limitMs = 5_000;
/** How often is asked for a kind that is not there. */
const againMs = 10_000;
/** How often where no answer came. */
const soonMs = 1_000;

/** Asks first whether the kind exists and may be read, and again now and then where not. Starts at once. */
export function mirrorVolumes({ access, names, clock, log, start }: VolumeMirrorOptions): VolumeMirror {
  const path = `/apis/${names.driver}/v1/logicalvolumes`;
  const resource: Resource = { name: "logicalvolumes", path, metadataOnly: false };
  const stop = new AbortController();
  const known = Promise.withResolvers<void>();
  let reflector: Reflector | undefined;
  let isAbsent = false;

  async function ask(): Promise<"there" | "absent" | "unknown"> {
    try {
      await access.request(path, { query: { limit: 1 }, limitMs, signal: stop.signal });
      return "there";
    } catch (error) {
      const status = error instanceof KubeError ? error.status : undefined;
      if (status === 404) return "absent";
      if (!stop.signal.aborted) log.warn({ error: messageOf(error) }, "cannot read LogicalVolumes");
      return status === 403 ? "absent" : "unknown";
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      const answer = await ask();
      if (answer === "there") break;
      isAbsent = answer === "absent";
      if (isAbsent) known.resolve();
      await pause(clock, isAbsent ? againMs : soonMs, stop.signal);
    }
    if (stop.signal.aborted) return;
    isAbsent = false;
    reflector = start(resource);
    await reflector.whenSynced();
    known.resolve();
  }

  const running = run();
  return {
    exist: () => !isAbsent,
    isFollowing: () => isAbsent || (reflector !== undefined && reflector.synced && reflector.connected),
    whenSynced: () => known.promise,
    reconnect: (reason) => reflector?.reconnect(reason),
    close: async () => {
      stop.abort();
      await Promise.race([running, reflector?.close()]);
      await reflector?.close();
    },
  };
}
