import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import type { KubeAccess } from "../../../src/kube/access.ts";
import { startReflector } from "../../../src/kube/reflector.ts";

/** When pods were given their nodes. */
export interface Placements {
  /** Milliseconds between the first and the last of so many, once they all have a node. */
  spanOf(count: number): Promise<number>;
  /** When the last of so many was placed, in milliseconds of `performance.now()`, once they all have a node. */
  lastOf(count: number): Promise<number>;
  close(): Promise<void>;
}

interface Pod {
  readonly metadata: { readonly uid: string };
  readonly spec: { readonly nodeName?: string };
}

const observer = { restarted: () => undefined, relisted: () => undefined, skipped: () => undefined };
const ignored = () => undefined;
const limitMs = 300_000;

/** Watches from now on. */
export async function watchPlacements(access: KubeAccess): Promise<Placements> {
  const placed = new Map<string, number>();
  let arrived = ignored as () => void;
  const look = ({ metadata: { uid }, spec }: Pod): void => {
    if (spec.nodeName === undefined || placed.has(uid)) return;
    placed.set(uid, performance.now());
    arrived();
  };
  const reflector = startReflector<Pod>({
    access,
    resource: { name: "pods", path: "/api/v1/namespaces/default/pods", metadataOnly: false },
    transform: (json) => json as Pod,
    handlers: {
      listed: (_key, pod) => look(pod),
      changed: (_key, pod) => look(pod),
      replaced: ignored,
      removed: ignored,
    },
    observer,
    clock: systemClock,
    random: Math.random,
    log: silentLogger,
  });
  await reflector.whenSynced();
  const timesOf = (count: number): Promise<number[]> =>
    new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`${placed.size} of ${count} pods are placed`)), limitMs);
      arrived = () => {
        if (placed.size < count) return;
        clearTimeout(late);
        resolve([...placed.values()]);
      };
      arrived();
    });
  return {
    spanOf: async (count) => {
      const times = await timesOf(count);
      return Math.max(...times) - Math.min(...times);
    },
    lastOf: async (count) => Math.max(...(await timesOf(count))),
    close: () => reflector.close(),
  };
}
