import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { type Reflector, type ReflectorObserver, startReflector } from "../../kube/reflector.ts";
import type { Place } from "./objects.ts";
import { webhookKinds, webhookRoot } from "./webhooks.ts";

/** Tells of changes of the objects that the upkeep looks at. */
export interface Changes {
  /** Aborts at the next one. */
  next(): AbortSignal;
  close(): Promise<void>;
}

export interface ChangesOptions {
  readonly place: Place;
  readonly observer: ReflectorObserver;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Logger;
}

/** Watches them, by their metadata: what they say is read when it is needed. */
export function watchChanges({ place, ...means }: ChangesOptions): Changes {
  const { access, namespace, secrets, webhooks } = place;
  let upcoming = new AbortController();

  function changed(): void {
    const now = upcoming;
    upcoming = new AbortController();
    now.abort();
  }

  const handlers = { listed: changed, replaced: () => undefined, changed, removed: changed };
  const follow = (path: string, name: string): Reflector =>
    startReflector<undefined>({
      access,
      resource: { name, path, metadataOnly: true, fieldSelector: `metadata.name=${name}` },
      transform: () => undefined,
      handlers,
      ...means,
    });
  const ours = [secrets.authorities, ...Object.values(secrets.leaves)];
  const reflectors = [
    ...ours.map((name) => follow(`/api/v1/namespaces/${namespace}/secrets`, name)),
    ...webhookKinds.map((kind) => follow(`${webhookRoot}/${kind}`, webhooks)),
  ];
  return {
    next: () => upcoming.signal,
    close: async () => void (await Promise.all(reflectors.map((reflector) => reflector.close()))),
  };
}
