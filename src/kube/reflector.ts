import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { KubeAccess } from "./access.ts";
import { createBackoff } from "./backoff.ts";
import { KubeError, isExpired } from "./errors.ts";
import { pause } from "./limit.ts";
import { listPages } from "./list.ts";
import { identify, type Resource, versionOf } from "./resource.ts";
import { type WatchEvent, watchEvents } from "./watch.ts";

/** Where a reflector puts what it sees. */
export interface ReflectorHandlers<T> {
  /** Part of a list: it replaces whatever is known of the object. */
  readonly listed: (key: string, value: T, version: string) => void;
  /** End of a list: objects with other keys are gone. */
  readonly replaced: (keys: ReadonlySet<string>, version: string) => void;
  readonly changed: (key: string, value: T, version: string) => void;
  readonly removed: (key: string, version: string) => void;
}

/** What a reflector meets, for metrics. */
export interface ReflectorObserver {
  /** A watch broke and is begun again. */
  restarted(): void;
  /** The collection is listed again. */
  relisted(): void;
  /** An object could not be read and was left out. */
  skipped(): void;
}

export interface ReflectorOptions<T> {
  readonly access: KubeAccess;
  readonly resource: Resource;
  /** Takes from an object what is kept in memory. An error skips the object, and what was known of it stays. */
  readonly transform: (object: unknown) => T;
  readonly handlers: ReflectorHandlers<T>;
  readonly observer: ReflectorObserver;
  readonly clock: Clock;
  /** 0 ≤ random < 1. */
  readonly random: () => number;
  readonly log: Logger;
}

/** Mirrors one collection: lists it, then follows it, and does so again whenever something breaks. */
export interface Reflector {
  /** Everything has been listed once. */
  readonly synced: boolean;
  /** A watch is open. */
  readonly connected: boolean;
  /** Monotonic time at which the server last told something of the collection, bookmarks included. */
  readonly lastContactMs: number | undefined;
  /** Resolves with the first whole list. */
  whenSynced(): Promise<void>;
  /** Gives up the open watch, whose server is thought gone, and begins another one. */
  reconnect(reason: string): void;
  close(): Promise<void>;
}

const watchSeconds = 300;
/** A watch that ends sooner is begun again after a wait, so that a server that ends each at once is not asked in a loop. */
const usefulMs = 5_000;

/** Starts at once. */
export function startReflector<T>(options: ReflectorOptions<T>): Reflector {
  const { access, resource, handlers, observer, clock, random, log } = options;
  const stop = new AbortController();
  const first = Promise.withResolvers<void>();
  const backoff = createBackoff(random);
  let version: string | undefined;
  let connection: AbortController | undefined;
  let [synced, connected, isFailing] = [false, false, false];
  let lastContactMs: number | undefined;

  function contact(): void {
    lastContactMs = clock.monotonic();
    if (isFailing) log.info({ resource: resource.name }, "the API server answers again");
    isFailing = false;
  }

  function failed(error: unknown): void {
    observer.restarted();
    // once for an outage, not once for each attempt
    log[isFailing ? "debug" : "warn"]({ resource: resource.name, error: messageOf(error) }, "the watch broke");
    isFailing = true;
  }

  function guarded(run: () => void): void {
    try {
      run();
    } catch (error) {
      observer.skipped();
      log.warn({ resource: resource.name, error: messageOf(error) }, "left out an object that cannot be read");
    }
  }

  async function list(): Promise<void> {
    const keys = new Set<string>();
    let listed = "";
    if (synced) observer.relisted();
    for await (const page of listPages(access, resource, stop.signal)) {
      listed = page.version;
      for (const object of page.items) {
        guarded(() => {
          const id = identify(object);
          // noted before it is read: an object that cannot be read is still there
          keys.add(id.key);
          handlers.listed(id.key, options.transform(object), id.version);
        });
      }
    }
    handlers.replaced(keys, listed);
    version = listed;
    contact();
    synced = true;
    first.resolve();
  }

  function apply(event: WatchEvent): void {
    if (event.kind === "malformed") throw new KubeError(undefined, event.reason);
    const at = versionOf(event.object);
    if (at !== undefined) version = at;
    if (event.kind === "bookmark") return;
    const id = identify(event.object);
    if (event.kind === "removed") handlers.removed(id.key, id.version);
    else handlers.changed(id.key, options.transform(event.object), id.version);
  }

  async function follow(from: string): Promise<void> {
    const own = new AbortController();
    connection = own;
    const opened = () => {
      connected = true;
      contact();
    };
    const signal = AbortSignal.any([stop.signal, own.signal]);
    // spread, so that watches that began together do not end together
    const timeoutSeconds = watchSeconds + Math.floor(random() * watchSeconds);
    try {
      for await (const event of watchEvents({
        access,
        resource,
        version: from,
        timeoutSeconds,
        clock,
        signal,
        opened,
      })) {
        contact();
        backoff.reset();
        guarded(() => apply(event));
      }
    } finally {
      connected = false;
    }
  }

  // true when the watch came to its ordinary end
  async function attempt(): Promise<boolean> {
    try {
      if (version === undefined) await list();
      const startedAt = clock.monotonic();
      await follow(version ?? "");
      return clock.monotonic() - startedAt >= usefulMs;
    } catch (error) {
      if (stop.signal.aborted) return false;
      if (isExpired(error)) version = undefined;
      failed(error);
      return false;
    }
  }

  async function run(): Promise<void> {
    while (!stop.signal.aborted) {
      if (await attempt()) backoff.reset();
      else await pause(clock, backoff.next(), stop.signal);
    }
  }

  const running = run();
  return {
    get synced() {
      return synced;
    },
    get connected() {
      return connected;
    },
    get lastContactMs() {
      return lastContactMs;
    },
    whenSynced: () => first.promise,
    reconnect: (reason) => connection?.abort(new KubeError(undefined, reason)),
    close: async () => {
      stop.abort();
      await running;
    },
  };
}
