import { randomUUID } from "node:crypto";
import { NativestorError } from "../../../src/base/errors.ts";
import type { LogicalVolume } from "../../../src/cluster/objects/logical-volume.ts";
import type { LogicalVolumes, Wish } from "../../../src/csi/volumes/port.ts";
import { createWaiters } from "../../../src/csi/volumes/waiters.ts";

/** What the node does about a LogicalVolume; undefined leaves it as it is. */
export type NodeTwin = (volume: LogicalVolume) => Partial<LogicalVolume> | "removed" | undefined;

/** `LogicalVolumes` in memory. After each change its node twin acts, a turn of the event loop later. */
export interface VolumesTwin extends LogicalVolumes {
  /** From now on this is what nodes do. */
  setNode(node: NodeTwin): void;
  /** Lets the nodes act on what they have left so far. */
  settle(): void;
  /** Puts a volume as it is. */
  put(volume: LogicalVolume): void;
  /** Takes one away. */
  drop(name: string): void;
  list(): LogicalVolume[];
  /** Every wish so far. */
  readonly wishes: Wish[];
  synced: boolean;
}

/** A node that does everything that is asked of it. */
export const diligent: NodeTwin = (volume) => {
  if (volume.isLeaving) return "removed";
  if (volume.volumeId === undefined) return { volumeId: volume.uid, currentBytes: volume.wantedBytes };
  return (volume.currentBytes ?? 0n) < volume.wantedBytes ? { currentBytes: volume.wantedBytes } : undefined;
};

/** A node that is away. */
export const idle: NodeTwin = () => undefined;

/** A node that fails at what is new to it, with this code and message. */
export function failing(code: number, message: string): NodeTwin {
  return (volume) => (volume.code === 0 && diligent(volume) !== undefined ? { code, message } : undefined);
}

export function createVolumesTwin(node: NodeTwin = diligent): VolumesTwin {
  const volumes = new Map<string, LogicalVolume>();
  const waiters = createWaiters();
  const wishes: Wish[] = [];

  function set(volume: LogicalVolume): LogicalVolume {
    volumes.set(volume.name, volume);
    waiters.changed(volume.name);
    setImmediate(act, volume.name);
    return volume;
  }

  function act(name: string): void {
    const volume = volumes.get(name);
    const done = volume && node(volume);
    if (volume === undefined || done === undefined) return;
    if (done === "removed") drop(name);
    else set({ ...volume, ...done });
  }

  function drop(name: string): void {
    volumes.delete(name);
    waiters.changed(name);
  }

  function current(volume: LogicalVolume): LogicalVolume | undefined {
    const now = volumes.get(volume.name);
    return now?.uid === volume.uid ? now : undefined;
  }

  return {
    synced: true,
    wishes,
    create: async (wish) => {
      wishes.push(wish);
      if (volumes.has(wish.name)) throw new NativestorError("already-exists", `LogicalVolume ${wish.name} exists`);
      return set(volumeOf(wish));
    },
    known: (name) => volumes.get(name),
    get: async (name) => volumes.get(name),
    find: async (volumeId) => [...volumes.values()].find((one) => one.volumeId === volumeId),
    resize: async (volume, sizeBytes) => {
      const now = current(volume);
      if (now === undefined) throw new NativestorError("not-found", `LogicalVolume ${volume.name} is gone`);
      return set({ ...now, code: 0, message: "", wantedBytes: sizeBytes });
    },
    remove: async (volume) => {
      const now = current(volume);
      if (now !== undefined) set({ ...now, code: 0, message: "", isLeaving: true });
    },
    until: ({ name, uid }, passes, signal) =>
      waiters.wait(
        name,
        () => {
          const state = volumes.get(name);
          const found = state?.uid === uid ? state : undefined;
          return passes(found) ? { found } : undefined;
        },
        signal,
      ),
    close: async () => {},
    setNode: (next) => {
      node = next;
    },
    settle: () => {
      for (const name of volumes.keys()) act(name);
    },
    put: (volume) => void set(volume),
    drop,
    list: () => [...volumes.values()],
  };
}

/** A LogicalVolume as it is right after it was wished for. */
export function volumeOf(wish: Partial<Wish> & Pick<Wish, "name">): LogicalVolume {
  return {
    name: wish.name,
    uid: randomUUID(),
    nodeName: wish.nodeName ?? "n1",
    deviceClass: wish.deviceClass ?? "",
    optionClass: wish.optionClass ?? "",
    source: wish.copy?.source,
    accessType: wish.copy?.accessType,
    wantedBytes: wish.sizeBytes ?? 1n << 30n,
    volumeId: undefined,
    currentBytes: undefined,
    code: 0,
    message: "",
    createdAt: 0,
    isLeaving: false,
  };
}
