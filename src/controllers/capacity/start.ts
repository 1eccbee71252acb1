import type { Clock } from "../../base/clock.ts";
import type { WorkMetrics } from "../metrics.ts";
import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import type { EventRecorder } from "../../kube/events/recorder.ts";
import { pause } from "../../kube/limit.ts";
import { createWorkQueue } from "../../kube/queue.ts";
import { type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import { type Resource, versionOf } from "../../kube/resource.ts";
import { createStore } from "../../kube/store.ts";
import type { LvmdClient } from "../../lvmd/client.ts";
import { watchLvmd } from "../../lvmd/watcher.ts";
import type { Counting } from "./counting.ts";
import { followLvmd } from "./lvmd-contact.ts";
import { type OwnNode, readOwnNode } from "./own-node.ts";
import { publishRoom } from "./publish.ts";

export interface CapacityPublisherOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly nodeName: string;
  readonly lvmd: Pick<LvmdClient, "groups">;
  readonly lvmdSocket: string;
  /** Made with the publisher's `nudge`, and shared with what changes volumes. */
  readonly counting: Counting;
  /** How long lvmd may be away before its room counts for nothing. */
  readonly patienceMs: number;
  /** Nothing is published before it resolves, at the latest before `close`: the generations of former processes are known then. */
  readonly ready: Promise<unknown>;
  readonly events: EventRecorder;
  readonly observer: ReflectorObserver;
  readonly work: WorkMetrics;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** Keeps the Node's capacity annotations what lvmd says. */
export interface CapacityPublisher {
  /** lvmd answers. */
  readonly isLvmdUp: boolean;
  /** Device classes that lvmd has, by its last word. */
  readonly deviceClasses: readonly string[];
  /** Resolves when the Node has been read, or is known not to be there. */
  whenSynced(): Promise<void>;
  /** Has it look again: a change on disk has ended. */
  nudge(): void;
  close(): Promise<void>;
}

/** At once after a change, and then so often at most: 5,000 nodes at their busiest are what an API server bears. */
const everyMs = 250;

/** Starts at once. */
export function startCapacityPublisher(options: CapacityPublisherOptions): CapacityPublisher {
  const { names, nodeName, counting, clock, random, log } = options;
  const nodes: Resource = {
    name: "own-node",
    path: "/api/v1/nodes",
    metadataOnly: true,
    fieldSelector: `metadata.name=${nodeName}`,
  };
  let earliestMs = -Infinity;
  const store = createStore<OwnNode>((_before, after) => {
    if (after?.generation !== undefined) counting.publish(after.generation);
    queue.add(nodeName);
  });
  const contact = followLvmd(clock, options.patienceMs, () => {
    if (contact.givenUpAt !== undefined) tellAbsence();
    queue.add(nodeName);
  });
  const queue = createWorkQueue({
    name: "capacity",
    ...options.work("capacity"),
    work: publish,
    concurrency: 1,
    clock,
    random,
    log,
  });
  const watcher = watchLvmd({
    socketPath: options.lvmdSocket,
    clock,
    log,
    random,
    onState: (room) => contact.told(room),
    onDown: (error) => {
      log.warn({ error: error.message }, "lvmd does not answer");
      contact.lost();
    },
  });
  const reflector = startReflector({
    ...options,
    resource: nodes,
    transform: (json) => readOwnNode(json, names),
    handlers: store.handlers,
  });

  async function publish(_key: string, signal: AbortSignal): Promise<undefined> {
    await options.ready;
    await pause(clock, Math.max(0, earliestMs - clock.monotonic()), signal);
    const node = store.get(nodeName);
    // finalizers cannot be put on a Node that is leaving, and nobody is to be sent there
    if (node === undefined || node.isLeaving || signal.aborted) return;
    earliestMs = clock.monotonic() + everyMs;
    const answer = await publishRoom({ ...options, groups: options.lvmd.groups, contact }, node);
    if (answer !== undefined) store.offer(nodeName, readOwnNode(answer, names), versionOf(answer) ?? "");
  }

  function tellAbsence(): void {
    const node = store.get(nodeName);
    if (node === undefined) return;
    options.events.record({
      regarding: { apiVersion: "v1", kind: "Node", name: node.name, uid: node.uid },
      type: "Warning",
      reason: "LvmdUnavailable",
      action: "PublishCapacity",
      note: `lvmd has not answered for ${Math.round(options.patienceMs / 1000)} s: the node takes no new volumes`,
    });
  }

  return {
    get isLvmdUp() {
      return contact.isUp;
    },
    get deviceClasses() {
      return contact.room?.classes.map(({ deviceClass }) => deviceClass) ?? [];
    },
    whenSynced: () => reflector.whenSynced(),
    nudge: () => queue.add(nodeName),
    close: async () => {
      contact.close();
      await Promise.all([watcher.close(), reflector.close()]);
      await queue.close();
    },
  };
}
