import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Clock } from "../../src/base/clock.ts";
import { silentLogger } from "../../src/base/log.ts";
import { campaign, type Leadership } from "../../src/kube/lease/campaign.ts";
import { guardWrites } from "../../src/kube/lease/guard.ts";
import { type FakeApiServer, startFakeApiServer } from "../cluster/fake-api-server.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { accessTo } from "./support.ts";

async function start(t: TestContext) {
  const api = await startFakeApiServer();
  t.after(() => api.close());
  const clock = turnedClock();
  const stop = new AbortController();
  t.after(() => stop.abort());
  const access = accessTo(t, api.url);
  const candidate = (identity: string, own: Clock = clock): Promise<Leadership | undefined> =>
    campaign({
      access,
      namespace: "system",
      name: "controller",
      identity,
      clock: own,
      random: () => 0,
      log: silentLogger,
      signal: stop.signal,
    });
  const elected = async (identity: string, own: Clock = clock) => {
    const leadership = await candidate(identity, own);
    assert.ok(leadership);
    return leadership;
  };
  return { api, access, clock, stop, candidate, elected };
}

function specOf(api: FakeApiServer): Record<string, unknown> {
  return (api.find("Lease", "controller", "system")?.spec ?? {}) as Record<string, unknown>;
}

const asked = (api: FakeApiServer, method: string) =>
  api.requests.filter((request) => request.startsWith(method)).length;

test("a Lease that does not exist is made and held", async (t) => {
  const { api, elected } = await start(t);
  const leadership = await elected("a");
  assert.equal(leadership.holds(), true);
  const { holderIdentity, leaseDurationSeconds, leaseTransitions, renewTime } = specOf(api);
  assert.deepEqual([holderIdentity, leaseDurationSeconds, leaseTransitions], ["a", 15, 0]);
  assert.match(String(renewTime), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/);
});

test("of two candidates one leads and the other waits", async (t) => {
  const { api, clock, stop, candidate, elected } = await start(t);
  await elected("a");
  const second = candidate("b");
  await eventually("a look", () => asked(api, "GET") === 2);
  for (let round = 0; round < 20; round += 1) {
    const before = api.version;
    await eventually("two waits", () => clock.pending === 2);
    clock.turn(2_000);
    await eventually("a renewal", () => api.version > before);
  }
  assert.equal(specOf(api).holderIdentity, "a");
  stop.abort();
  assert.equal(await second, undefined);
});

test("a holder that falls silent loses the Lease after its whole time, by the clock of the one who waits", async (t) => {
  const { api, candidate, elected } = await start(t);
  const [stalled, own] = [turnedClock(), turnedClock(500_000)];
  await elected("a", stalled);
  const second = candidate("b", own);
  await eventually("a look", () => asked(api, "GET") === 2);
  for (let waitedMs = 0; waitedMs < 14_000; waitedMs += 2_000) {
    const looks = asked(api, "GET");
    own.turn(2_000);
    await eventually("a look", () => asked(api, "GET") > looks);
    await eventually("a wait", () => own.pending === 1);
    assert.equal(specOf(api).holderIdentity, "a", `after ${waitedMs} ms`);
  }
  own.turn(2_000);
  assert.equal((await second)?.holds(), true);
  assert.deepEqual([specOf(api).holderIdentity, specOf(api).leaseTransitions], ["b", 1]);
});

test("a process that stalls knows that it may not write any more, before another one may take over", async (t) => {
  const { clock, elected } = await start(t);
  // time goes on, and nothing of the process runs
  let stallMs = 0;
  const leadership = await elected("a", { ...clock, monotonic: () => clock.monotonic() + stallMs });
  stallMs = 9_000;
  assert.equal(leadership.holds(), true);
  stallMs = 10_100;
  assert.equal(leadership.holds(), false);
});

test("a Lease that cannot be renewed in time is lost", async (t) => {
  const { api, clock, elected } = await start(t);
  const leadership = await elected("a");
  api.intercept = (_request, response) => {
    response.writeHead(500).end();
    return true;
  };
  await eventually("the loss", () => {
    clock.turn(500);
    return leadership.lost.aborted;
  });
  assert.equal(leadership.holds(), false);
  assert.match(String(leadership.lost.reason), /could not be renewed in time/);
});

test("a Lease in other hands is lost at once", async (t) => {
  const { api, clock, elected } = await start(t);
  const leadership = await elected("a");
  const lease = api.find("Lease", "controller", "system");
  assert.ok(lease);
  api.apply({ ...lease, spec: { ...specOf(api), holderIdentity: "b" } });
  clock.turn(2_000);
  await eventually("the loss", () => leadership.lost.aborted);
  assert.match(String(leadership.lost.reason), /b holds it/);
});

test("an edit by another hand does not cost the Lease", async (t) => {
  const { api, clock, elected } = await start(t);
  const leadership = await elected("a");
  const lease = api.find("Lease", "controller", "system");
  assert.ok(lease);
  api.apply({ ...lease, metadata: { ...lease.metadata, labels: { by: "hand" } } });
  for (let round = 0; round < 10; round += 1) {
    const requests = api.requests.length;
    clock.turn(2_000);
    await eventually("a renewal", () => api.requests.length > requests && clock.pending === 1);
  }
  assert.equal(leadership.holds(), true);
});

test("a Lease that is given back is taken at the next look", async (t) => {
  const { api, clock, candidate, elected } = await start(t);
  const first = await elected("a");
  await first.release();
  assert.equal(specOf(api).holderIdentity, "");
  assert.equal(first.holds(), false);
  const second = await candidate("b", clock);
  assert.equal(second?.holds(), true);
});

test("the same candidate takes its Lease up again after a restart", async (t) => {
  const { api, elected } = await start(t);
  await elected("a");
  await elected("a");
  assert.equal(specOf(api).leaseTransitions, 0);
});

test("nothing is written without the Lease, and everything can be read", async (t) => {
  const { api, access } = await start(t);
  let holds = true;
  const guarded = guardWrites(access, () => holds);
  const node = { metadata: { name: "n1" } };
  await guarded.request("/api/v1/nodes", { method: "POST", body: node });
  holds = false;
  await assert.rejects(guarded.request("/api/v1/nodes/n1", { method: "DELETE" }), /another process may lead/);
  await guarded.request("/api/v1/nodes/n1");
  assert.ok(api.find("Node", "n1"));
});
