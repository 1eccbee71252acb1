import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import pino from "pino";
import { Registry } from "prom-client";
import { createUpkeepMetrics } from "../../../src/certs/cluster/metrics.ts";
import { secretNames } from "../../../src/certs/cluster/secrets.ts";
import { upkeep } from "../../../src/certs/cluster/upkeep.ts";
import type { KubeAccess } from "../../../src/kube/access.ts";
import { KubeError } from "../../../src/kube/errors.ts";
import { eventually } from "../../support/eventually.ts";
import { turnedClock } from "../../support/turned-clock.ts";
import { wishes } from "./world.ts";

const startMs = Date.UTC(2030, 0, 1);

/** An API server in memory whose clock is ahead by so much, and an upkeep that works on it. */
function started(
  t: TestContext,
  { aheadMs = 0, given = {} }: { aheadMs?: number; given?: Record<string, object> } = {},
) {
  const clock = turnedClock(startMs);
  const objects = new Map(Object.entries(given));
  const lines: string[] = [];
  const stop = new AbortController();
  let version = 0;
  let isAway = false;
  const access: KubeAccess = {
    server: "test",
    request: async (path, request) => {
      if (isAway) throw new KubeError(undefined, "away");
      if (path.endsWith("selfsubjectreviews"))
        return { metadata: { creationTimestamp: new Date(clock.now() + aheadMs).toISOString() } };
      if (request?.method === "PATCH") {
        const { metadata, ...rest } = request.body as { metadata: object };
        objects.set(path, { ...rest, metadata: { ...metadata, resourceVersion: String((version += 1)) } });
      }
      const found = objects.get(path);
      if (found === undefined) throw new KubeError(404, "none");
      return found;
    },
    open: () => Promise.reject(new Error("not asked for")),
    close: async () => undefined,
  };
  const registry = new Registry();
  const running = upkeep({
    place: { access, namespace: "ns", secrets: secretNames("nativestor"), webhooks: "nativestor" },
    wishes,
    metrics: createUpkeepMetrics(registry),
    clock,
    random: () => 0,
    log: pino({ level: "info" }, { write: (line: string) => void lines.push(line) }),
    signal: stop.signal,
    nextChange: () => new AbortController().signal,
  });
  t.after(async () => {
    stop.abort();
    await running;
  });
  const path = (name: string) => `/api/v1/namespaces/ns/secrets/nativestor-${name}`;
  return {
    clock,
    lines,
    has: (name: string) => objects.has(path(name)),
    metric: async (name: string) => (await registry.getSingleMetricAsString(name)).split("\n").at(-1),
    all: () => registry.metrics(),
    goAway: (away: boolean) => {
      isAway = away;
    },
  };
}

test("an authority and both certificates are made", async (t) => {
  const { has } = started(t);
  await eventually("all are there", () => ["ca", "tls", "scheduler"].every(has));
});

test("a clock that is wrong is told of once, and the API server's counts", async (t) => {
  const { has, lines, metric, all } = started(t, { aheadMs: -3_600_000 });
  await eventually("all are there", () => ["ca", "tls", "scheduler"].every(has));
  assert.equal(lines.filter((line) => line.includes("the clock of this machine is wrong")).length, 1);
  assert.equal(await metric("nativestor_clock_offset_seconds"), "nativestor_clock_offset_seconds -3600");
  const server = `nativestor_kept_certificate_expiry_timestamp_seconds{certificate="server"}`;
  const endMs = startMs - 3_600_000 + wishes.lives.leafMs;
  await eventually("the certificate ends by the API server's clock", async () =>
    (await all()).includes(`${server} ${endMs / 1_000}\n`),
  );
});

test("somebody else's Secret is told of once, and again nothing is written", async (t) => {
  const given = {
    "/api/v1/namespaces/ns/secrets/nativestor-ca": { metadata: { name: "x" }, data: { "ca.crt": "eA==" } },
  };
  const { has, lines, metric, clock } = started(t, { given });
  await eventually("it is told", () => lines.some((line) => line.includes("certificates are not kept")));
  await eventually("it waits", () => clock.pending > 0);
  clock.turn(60_000);
  await eventually("it waits again", () => clock.pending > 0);
  assert.equal(lines.filter((line) => line.includes("certificates are not kept")).length, 1);
  assert.equal(await metric("nativestor_certificate_upkeep_failing"), "nativestor_certificate_upkeep_failing 1");
  assert.ok(!has("tls"));
});

test("where the API server is away it is asked again", async (t) => {
  const { has, lines, clock, goAway } = started(t);
  await eventually("all are there", () => has("scheduler"));
  goAway(true);
  await eventually("it waits", () => clock.pending > 0);
  clock.turn(60_000);
  await eventually("it is told", () => lines.some((line) => line.includes("cannot see to the certificates")));
});
