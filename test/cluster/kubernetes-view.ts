import type { Registry } from "prom-client";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { openKubernetesView } from "../../src/cluster/kubernetes/open.ts";
import { createTransport } from "../../src/kube/transport.ts";
import { type FakeApiServer, startFakeApiServer } from "./fake-api-server.ts";

/** A way to an API server that asks for no credentials. */
function plainAccess(server: string, clock: Clock = systemClock) {
  const identity = { headers: {}, tls: {} };
  return createTransport({ server, proxy: undefined, current: async () => identity, forget: () => undefined }, clock);
}

/** A Kubernetes view over the twin of an API server. */
export async function openView(
  options: { clock?: Clock; registry?: Registry; prepare?: (api: FakeApiServer) => void; withTraces?: boolean } = {},
) {
  const api = await startFakeApiServer();
  options.prepare?.(api);
  const access = plainAccess(api.url, options.clock);
  const view = openKubernetesView({
    access,
    names: currentNames,
    clock: options.clock ?? systemClock,
    log: silentLogger,
    random: () => 0.5,
    registry: options.registry,
    withTraces: options.withTraces ?? false,
  });
  const close = async () => {
    await view.close();
    await access.close();
    await api.close();
  };
  return { api, view, access, close };
}
