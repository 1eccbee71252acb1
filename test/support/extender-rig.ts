import { Registry } from "prom-client";
import { systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { defaultScoring } from "../../src/capacity/score.ts";
import { type ExtenderDeps, extenderRoutes } from "../../src/extender/routes.ts";
import { createApp } from "../../src/server/app.ts";
import { defaultLimits } from "../../src/server/http/limits.ts";
import { createFakeView, type FakeView, gibibyte } from "./fake-view.ts";

export const bodyLimitBytes = 64 << 20;

/** What an extender needs, with a fake view. */
export function extenderDeps(overrides: Partial<ExtenderDeps> = {}): ExtenderDeps & { view: FakeView } {
  return {
    names: currentNames,
    scoring: defaultScoring,
    maxStalenessMs: 60_000,
    clock: systemClock,
    log: silentLogger,
    registry: new Registry(),
    bodyLimitBytes,
    ...overrides,
    view: (overrides.view as FakeView | undefined) ?? createFakeView(),
  };
}

export interface ExtenderRig {
  readonly view: FakeView;
  readonly deps: ExtenderDeps;
  /** Posts JSON, or text as it is, without a network. */
  post(path: string, body: unknown): Promise<{ status: number; text: string; json: () => unknown }>;
  get(path: string): Promise<{ status: number; json: () => unknown }>;
  close(): Promise<void>;
}

/** The extender's routes in a server that listens nowhere. */
export async function createExtenderRig(overrides: Partial<ExtenderDeps> = {}): Promise<ExtenderRig> {
  const deps = extenderDeps(overrides);
  const app = createApp({
    tls: undefined,
    asksForCertificate: false,
    bodyLimitBytes: deps.bodyLimitBytes,
    limits: defaultLimits,
    log: silentLogger,
    isStopping: () => false,
  });
  await app.register(extenderRoutes(deps));
  return {
    view: deps.view,
    deps,
    post: async (url, body) => {
      const payload = typeof body === "string" ? body : JSON.stringify(body);
      const response = await app.inject({
        method: "POST",
        url,
        payload,
        headers: { "content-type": "application/json" },
      });
      return { status: response.statusCode, text: response.body, json: () => response.json<unknown>() };
    },
    get: async (url) => {
      const response = await app.inject({ method: "GET", url });
      return { status: response.statusCode, json: () => response.json<unknown>() };
    },
    close: () => app.close(),
  };
}

/** A pod whose annotations demand GiB by class, such as `{ ssd: 10 }`; texts are written as they are. */
export function podDemanding(gibibytes: Record<string, number | string>, name = "pod") {
  const annotations = Object.entries(gibibytes).map(([deviceClass, amount]) => [
    `${currentNames.capacityPrefix}${deviceClass}`,
    typeof amount === "number" ? String(BigInt(amount) * gibibyte) : amount,
  ]);
  return {
    metadata: { namespace: "default", name, annotations: Object.fromEntries(annotations) as Record<string, string> },
  };
}

/** A full Node with free GiB by class in its annotations; texts are written as they are. */
export function nodeOffering(name: string, gibibytes: Record<string, number | string>) {
  return { ...podDemanding(gibibytes, name), kind: "Node", status: { images: [{ names: ["a/b:c"] }] } };
}

/** Answer of a filter request. */
export interface FilterAnswer {
  readonly nodenames?: string[];
  readonly nodes?: { items: { metadata: { name: string } }[] };
  readonly failedNodes?: Record<string, string>;
  readonly failedAndUnresolvableNodes?: Record<string, string>;
  readonly error?: string;
}
