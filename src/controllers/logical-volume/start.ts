import type { Clock } from "../../base/clock.ts";
import type { WorkMetrics } from "../metrics.ts";
import type { ReflectorObserver } from "../../kube/reflector.ts";
import { startReflector } from "../../kube/reflector.ts";
import { createWorkQueue } from "../../kube/queue.ts";
import { versionOf } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import { createAttendant } from "./attend.ts";
import type { Selection } from "./mirror.ts";
import { isNews } from "./news.ts";
import type { Workshop } from "./perform.ts";
import { type NodeVolume, readNodeVolume } from "./read.ts";

export interface VolumeControllerOptions extends Omit<Workshop, "find" | "take"> {
  readonly nodeName: string;
  readonly selection: Selection;
  readonly observer: ReflectorObserver;
  readonly work: WorkMetrics;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  /** Nothing is done before it resolves, at the latest before `close`: the generations of former processes are known then. */
  readonly ready: Promise<unknown>;
}

/** Makes the LogicalVolumes of one node real. */
export interface VolumeController {
  /** Everything has been read once. */
  readonly synced: boolean;
  whenSynced(): Promise<void>;
  /** LogicalVolumes of this node. */
  volumes(): Iterable<NodeVolume>;
  /** Ends what is under way in good order. */
  close(): Promise<void>;
}

/** lvmd works on one volume of a group at a time anyway; the rest of the steps are waits for the API server. */
const concurrency = 16;

/** Starts at once. */
export function startVolumeController(options: VolumeControllerOptions): VolumeController {
  const { nodeName, selection, names, counting, clock, random, log } = options;
  const store = createStore<NodeVolume | undefined>((before, after) => {
    if (after?.counted !== undefined) counting.raise(after.counted.generation);
    if (after !== undefined && isNews(before, after)) queue.add(after.name);
  });
  // those of other nodes are known to be there, and nothing more
  const read = (json: unknown): NodeVolume | undefined => {
    const volume = readNodeVolume(json, names);
    return volume.nodeName === nodeName ? volume : undefined;
  };
  const attend = createAttendant({
    ...options,
    find: (name) => store.get(name),
    take: (json) => {
      const volume = read(json);
      if (volume !== undefined) store.offer(volume.name, volume, versionOf(json) ?? "");
    },
  });
  const queue = createWorkQueue({
    name: "logical-volumes",
    ...options.work("logical-volumes"),
    work: async (name, signal) => {
      await options.ready;
      return signal.aborted ? undefined : attend(name);
    },
    concurrency,
    clock,
    random,
    log,
  });
  const reflector = startReflector({
    ...options,
    resource: selection.resource,
    transform: read,
    handlers: store.handlers,
  });
  return {
    get synced() {
      return reflector.synced;
    },
    whenSynced: () => reflector.whenSynced(),
    volumes: () => [...store.values()].filter((volume) => volume !== undefined),
    close: async () => {
      await reflector.close();
      await queue.close();
    },
  };
}
