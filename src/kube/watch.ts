import type { Clock } from "../base/clock.ts";
import type { KubeAccess } from "./access.ts";
import { KubeError, statusError } from "./errors.ts";
import { linesOf } from "./lines.ts";
import { acceptOf, type Resource, selectionOf } from "./resource.ts";

/** What a watch tells. */
export type WatchEvent =
  | { readonly kind: "changed" | "removed" | "bookmark"; readonly object: unknown }
  | { readonly kind: "malformed"; readonly reason: string };

/** One watch. */
export interface WatchRequest {
  readonly access: KubeAccess;
  readonly resource: Resource;
  /** Position in history from which it goes on. */
  readonly version: string;
  /** After this time the server ends the watch. */
  readonly timeoutSeconds: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Called when the server has accepted it. */
  readonly opened: () => void;
}

/** The API server sends a bookmark every minute: one that is silent for longer is dead, whatever its connection says. */
const silenceMs = 90_000;

/**
 * Follows a collection until the server ends the watch.
 * @throws KubeError 410 when the history from `version` on is gone; without a status when the connection broke or fell silent
 */
export async function* watchEvents(request: WatchRequest): AsyncGenerator<WatchEvent> {
  const { access, resource, clock } = request;
  const what = `watch ${resource.path}`;
  const watchdog = createWatchdog(clock, `${what}: silent for ${silenceMs / 1000} s`, request.signal);
  try {
    const chunks = await access.open(resource.path, {
      query: {
        watch: 1,
        allowWatchBookmarks: true,
        resourceVersion: request.version,
        timeoutSeconds: request.timeoutSeconds,
        ...selectionOf(resource),
      },
      accept: acceptOf(resource, "watch"),
      signal: watchdog.signal,
    });
    request.opened();
    for await (const line of linesOf(chunks)) {
      watchdog.feed();
      yield readEvent(line, what);
    }
  } finally {
    watchdog.release();
  }
}

const kinds: Record<string, "changed" | "removed" | "bookmark"> = {
  ADDED: "changed",
  MODIFIED: "changed",
  DELETED: "removed",
  BOOKMARK: "bookmark",
};

function readEvent(line: string, what: string): WatchEvent {
  let event: { type?: unknown; object?: unknown } | null;
  try {
    event = JSON.parse(line) as typeof event;
  } catch {
    return { kind: "malformed", reason: "the event is no JSON" };
  }
  const type = String(event?.type);
  if (type === "ERROR") throw statusError(what, event?.object);
  const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined;
  return kind === undefined
    ? { kind: "malformed", reason: `the event has the unknown type ${type.slice(0, 40)}` }
    : { kind, object: event?.object };
}

function createWatchdog(clock: Clock, message: string, parent: AbortSignal) {
  const silent = new AbortController();
  const bite = () => silent.abort(new KubeError(undefined, message));
  let cancel = clock.after(silenceMs, bite);
  return {
    signal: AbortSignal.any([parent, silent.signal]),
    feed: () => {
      cancel();
      cancel = clock.after(silenceMs, bite);
    },
    release: () => cancel(),
  };
}
