import type { Dice } from "./dice.ts";
import type { Kind, Kinds } from "./objects.ts";
import type { Timeline } from "./timeline.ts";

/** Told of each object that came, changed or went. */
export type Watcher = <K extends Kind>(kind: K, name: string, object: Kinds[K] | undefined) => void;

export interface WatchOptions {
  readonly kinds: readonly Kind[];
  /** Longest delay of an event; 0 for one who only looks on. Each kind comes in its own order, as over a connection of its own. */
  readonly delayMs: number;
  readonly watcher: Watcher;
}

/** A client's mirror of the API server. */
export interface Mirror {
  get<K extends Kind>(kind: K, name: string): Kinds[K] | undefined;
  all<K extends Kind>(kind: K): Kinds[K][];
  readonly isFollowing: boolean;
  /** Asks the API server itself, as a question beside the watch; later news by the watch of what was before do not count. */
  refresh(kind: Kind, name: string): void;
  /** Breaks all watches for a while; then everything is listed anew. */
  lose(forMs: number): void;
  close(): void;
}

/** The API server's store. Writes count at once; who makes one pays its latency himself. */
export interface Api {
  get<K extends Kind>(kind: K, name: string): Kinds[K] | undefined;
  all<K extends Kind>(kind: K): Kinds[K][];
  put<K extends Kind>(kind: K, object: Kinds[K]): void;
  remove(kind: Kind, name: string): void;
  watch(options: WatchOptions): Mirror;
}

interface Channel {
  readonly told: (kind: Kind, name: string, object: Kinds[Kind] | undefined, version: number) => void;
}

export function createApi(time: Timeline, dice: Dice): Api {
  const objects: { [K in Kind]: Map<string, Kinds[K]> } = {
    pod: new Map(),
    claim: new Map(),
    volume: new Map(),
    node: new Map(),
  };
  const channels = new Set<Channel>();
  /** Position in history; of each object that of its last change. */
  let version = 0;
  const versions: Record<Kind, Map<string, number>> = {
    pod: new Map(),
    claim: new Map(),
    volume: new Map(),
    node: new Map(),
  };

  function tell(kind: Kind, name: string, object: Kinds[Kind] | undefined): void {
    version += 1;
    versions[kind].set(name, version);
    for (const { told } of channels) told(kind, name, object, version);
  }

  function watch({ kinds, delayMs, watcher }: WatchOptions): Mirror {
    const known: typeof objects = { pod: new Map(), claim: new Map(), volume: new Map(), node: new Map() };
    const lastMs: Record<Kind, number> = { pod: 0, claim: 0, volume: 0, node: 0 };
    const seen: typeof versions = { pod: new Map(), claim: new Map(), volume: new Map(), node: new Map() };
    let connection = 1;
    let isFollowing = true;

    function apply(kind: Kind, name: string, object: Kinds[Kind] | undefined, at: number): void {
      if (at <= (seen[kind].get(name) ?? 0)) return;
      seen[kind].set(name, at);
      const mirror = known[kind] as Map<string, Kinds[Kind]>;
      if (object === undefined && !mirror.delete(name)) return;
      if (object !== undefined && mirror.get(name) === object) return;
      if (object !== undefined) mirror.set(name, object);
      watcher(kind, name, object as never);
    }

    function refresh(kind: Kind, name: string): void {
      apply(kind, name, objects[kind].get(name), versions[kind].get(name) ?? 0);
    }

    function list(): void {
      for (const kind of delayMs === 0 ? kinds : dice.shuffle(kinds)) {
        for (const name of known[kind].keys()) if (!objects[kind].has(name)) refresh(kind, name);
        for (const name of objects[kind].keys()) refresh(kind, name);
      }
    }

    const channel: Channel = {
      told: (kind, name, object, at) => {
        if (!isFollowing || !kinds.includes(kind)) return;
        const atMs = Math.max(lastMs[kind], time.nowMs + (delayMs === 0 ? 0 : dice.next() ** 2 * delayMs));
        lastMs[kind] = atMs;
        const over = connection;
        time.at(atMs - time.nowMs, () => {
          if (over === connection) apply(kind, name, object, at);
        });
      },
    };
    channels.add(channel);
    list();
    return {
      get: (kind, name) => known[kind].get(name),
      all: (kind) => [...known[kind].values()],
      refresh,
      get isFollowing() {
        return isFollowing;
      },
      lose: (forMs) => {
        if (!isFollowing) return;
        connection += 1;
        isFollowing = false;
        time.at(forMs, () => {
          if (!channels.has(channel)) return;
          isFollowing = true;
          list();
        });
      },
      close: () => {
        connection += 1;
        channels.delete(channel);
      },
    };
  }

  return {
    get: (kind, name) => objects[kind].get(name),
    all: (kind) => [...objects[kind].values()],
    put: (kind, object) => {
      (objects[kind] as Map<string, Kinds[Kind]>).set(object.name, object);
      tell(kind, object.name, object);
    },
    remove: (kind, name) => {
      if (objects[kind].delete(name)) tell(kind, name, undefined);
    },
    watch,
  };
}
