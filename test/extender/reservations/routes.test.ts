import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Registry } from "prom-client";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import type { CountedVolume } from "../../../src/cluster/objects/counted.ts";
import type { TraceListener, Traces } from "../../../src/cluster/traces.ts";
import { startReservations } from "../../../src/extender/reservations/start.ts";
import { createExtenderRig, type FilterAnswer, podDemanding } from "../../support/extender-rig.ts";
import { claimFacts, createFakeView, roomOf, storageClassFacts } from "../../support/fake-view.ts";
import { turnedClock } from "../../support/turned-clock.ts";

/** A cluster whose traces the test tells. */
async function start(t: TestContext, { isTraced = true, waitsForLead = false } = {}) {
  const clock = turnedClock();
  const view = createFakeView();
  const registry = new Registry();
  let listener: TraceListener | undefined;
  const following = { is: true };
  const traces: Traces = {
    claims: () => [],
    volumes: (): CountedVolume[] => [],
    hasVolumes: () => true,
    isFollowing: () => following.is,
    whenSynced: async () => {},
    listen: (one) => {
      listener = one;
      return () => {};
    },
  };
  view.setStorageClass(storageClassFacts("ssd", "ssd"));
  const reservations = startReservations({
    view,
    traces: isTraced ? traces : undefined,
    names: currentNames,
    clock,
    log: silentLogger,
    registry,
    waitsForLead,
  });
  const rig = await createExtenderRig({ view, clock, registry, reservations });
  t.after(async () => {
    reservations.close();
    await rig.close();
  });
  const filter = async (pod: string, nodenames: string[]) => {
    const Pod = {
      ...podDemanding({ ssd: 3 }, pod),
      spec: { volumes: [{ persistentVolumeClaim: { claimName: pod } }] },
    };
    view.setClaim(claimFacts(pod, { requestBytes: 3n << 30n }));
    // a refusal waits for a second look: its timer is the second one, beside that of the sweep
    const turning = setInterval(() => clock.pending > 1 && clock.turn(50), 1);
    const { json } = await rig.post("/filter", { Pod, NodeNames: nodenames });
    clearInterval(turning);
    return json() as FilterAnswer;
  };
  const choose = (claim: string, selectedNode: string) =>
    listener?.claim(undefined, {
      ...claimFacts(claim, { requestBytes: 3n << 30n }),
      uid: `uid-${claim}`,
      selectedNode,
    });
  await Promise.resolve();
  return { clock, view, rig, filter, choose, following, registry, reservations };
}

test("a burst is spread over the nodes with room, and what is left over is asked to come again", async (t) => {
  const { clock, view, filter } = await start(t);
  for (const name of ["a", "b"]) view.setNode(name, roomOf({ ssd: 3 }));
  clock.turn(2_000);
  const first = await filter("p1", ["a"]);
  const second = await filter("p2", ["a", "b"]);
  assert.deepEqual([first.nodenames, second.nodenames], [["a"], ["b"]]);
  const third = await filter("p3", ["a", "b"]);
  assert.match(
    third.error ?? "",
    /^out of VG free space \(ssd: asked 3Gi, at most 3Gi free on one node, 3Gi of it reserved\)/,
  );
  assert.match(third.error ?? "", /room is reserved for pod default\/p1, pod default\/p2; looking again$/);
});

test("in a burst the answer names only the nodes that the pod is let through to, also where all of them have room", async (t) => {
  const { clock, view, filter } = await start(t);
  const names = ["a", "b", "c"];
  for (const name of names) view.setNode(name, roomOf({ ssd: 3 }));
  clock.turn(2_000);
  await filter("p1", ["c"]);
  const { nodenames, failedAndUnresolvableNodes } = await filter("p2", ["a", "b"]);
  assert.equal(nodenames?.length, 1);
  assert.equal(failedAndUnresolvableNodes, undefined);
});

test("nobody is let through before the promises of a predecessor are visible", async (t) => {
  const { clock, view, filter } = await start(t);
  view.setNode("a", roomOf({ ssd: 3 }));
  assert.match((await filter("p1", ["a"])).error ?? "", /has just begun/);
  clock.turn(2_000);
  assert.deepEqual((await filter("p1", ["a"])).nodenames, ["a"]);
});

test("a node that is full without any reservation is refused as ever", async (t) => {
  const { clock, view, filter } = await start(t);
  view.setNode("a", roomOf({ ssd: 1 }));
  clock.turn(2_000);
  const { nodenames, failedAndUnresolvableNodes } = await filter("p1", ["a"]);
  assert.deepEqual(nodenames, []);
  assert.match(failedAndUnresolvableNodes?.a ?? "", /^out of VG free space/);
});

test("a refusal from a view that cannot be followed is none", async (t) => {
  const { clock, view, filter, following } = await start(t);
  view.setNode("a", roomOf({ ssd: 1 }));
  clock.turn(2_000);
  following.is = false;
  assert.match((await filter("p1", ["a"])).error ?? "", /looking again$/);
});

test("the score of a pod does not suffer from its own reservation", async (t) => {
  const { clock, view, rig, filter } = await start(t);
  view.setNode("a", roomOf({ ssd: 4 }));
  clock.turn(2_000);
  const before = await rig.post("/prioritize", { Pod: podDemanding({ ssd: 3 }, "p1"), NodeNames: ["a"] });
  await filter("p1", ["a"]);
  const after = await rig.post("/prioritize", { Pod: podDemanding({ ssd: 3 }, "p1"), NodeNames: ["a"] });
  assert.equal(after.text, before.text);
  const other = await rig.post("/prioritize", { Pod: podDemanding({ ssd: 3 }, "p2"), NodeNames: ["a"] });
  assert.notEqual(other.text, before.text);
});

test("the ledger and its metrics tell what is held, where and for whom", async (t) => {
  const { clock, view, rig, filter, choose, registry, reservations } = await start(t);
  for (const name of ["a", "b"]) view.setNode(name, roomOf({ ssd: 3 }));
  clock.turn(2_000);
  await filter("p1", ["a"]);
  choose("p1", "a");
  await filter("p2", ["b"]);
  assert.deepEqual([...reservations.holds()].map(({ kind, owner, node }) => `${kind} ${owner} ${node}`).toSorted(), [
    "in-flight pod default/p2 b",
    "placed claim default/p1 a",
  ]);
  const metrics = await registry.metrics();
  assert.match(metrics, /nativestor_reserved_bytes\{node="a",device_class="ssd",kind="placed"\} 3221225472/);
  assert.match(metrics, /nativestor_reservation_decisions_total\{outcome="all"\} 2/);
  const { holds } = (await rig.get("/ledger")).json() as { holds: Record<string, unknown>[] };
  assert.deepEqual(holds[0], {
    kind: "in-flight",
    for: "pod default/p2",
    node: "b",
    deviceClass: "ssd",
    bytes: "3221225472",
    ageSeconds: 0,
  });
  clock.turn(2_000);
  assert.match(await registry.metrics(), /nativestor_reservations_ended_total\{kind="in-flight",reason="chosen"\} 1/);
});

test("where nobody tells what becomes of a promise, it ends by its bound, which is counted", async (t) => {
  const { clock, view, filter, registry } = await start(t, { isTraced: false });
  view.setNode("a", roomOf({ ssd: 3 }));
  assert.deepEqual((await filter("p1", ["a"])).nodenames, ["a"]);
  clock.turn(2_500);
  assert.deepEqual((await filter("p2", ["a"])).nodenames, ["a"]);
  assert.match(await registry.metrics(), /nativestor_reservations_ended_total\{kind="in-flight",reason="bound"\} 1/);
});

test("a replica without the lead sends the scheduler elsewhere, and waits when the lead comes", async (t) => {
  const { clock, view, rig, filter, reservations } = await start(t, { waitsForLead: true });
  view.setNode("a", roomOf({ ssd: 3 }));
  clock.turn(2_000);
  const body = { Pod: podDemanding({ ssd: 3 }), NodeNames: ["a"] };
  for (const path of ["/filter", "/prioritize"]) assert.equal((await rig.post(path, body)).status, 503);
  reservations.lead({ holds: () => true });
  assert.match((await filter("p1", ["a"])).error ?? "", /has just begun/);
  clock.turn(2_000);
  assert.deepEqual((await filter("p1", ["a"])).nodenames, ["a"]);
  reservations.lead({ holds: () => false });
  assert.equal((await rig.post("/filter", body)).status, 503);
});

test("volumes that no pod waits for are promised room by the same ledger", async (t) => {
  const { clock, view, rig, filter, registry } = await start(t);
  for (const name of ["a", "b"]) view.setNode(name, roomOf({ ssd: 3 }));
  const wish = { name: "pvc-1", deviceClass: "ssd", moreBytes: String(3n << 30n), wantedBytes: String(3n << 30n) };
  const reserve = (name: string) => rig.post("/reserve", { ...wish, name, isNew: true });
  assert.equal((await reserve("pvc-1")).status, 503);
  clock.turn(2_000);
  assert.deepEqual((await filter("p1", ["a"])).nodenames, ["a"]);
  assert.deepEqual((await reserve("pvc-1")).json(), { node: "b" });
  assert.equal(((await reserve("pvc-2")).json() as { isPassing: boolean }).isPassing, true);
  assert.match((await filter("p2", ["a", "b"])).error ?? "", /room is reserved for pod default\/p1, volume pvc-1/);
  assert.equal((await rig.post("/reserve", { ...wish, moreBytes: "much" })).status, 400);
  const metrics = await registry.metrics();
  for (const outcome of ["granted", "kept-waiting"])
    assert.match(metrics, new RegExp(`nativestor_reservation_grants_total\\{outcome="${outcome}"\\} 1`));
});

test("a replica without the lead promises no room to volumes either", async (t) => {
  const { rig } = await start(t, { waitsForLead: true });
  assert.equal((await rig.post("/reserve", {})).status, 503);
});

test("the score leaves out room that is held for others, and counts what is held for the pod itself", async (t) => {
  const { clock, view, filter, rig } = await start(t);
  view.setNode("a", roomOf({ ssd: 8 }));
  clock.turn(2_000);
  await filter("p1", ["a"]);
  const scoreFor = async (pod: string) =>
    (await rig.post("/prioritize", { Pod: podDemanding({ ssd: 1 }, pod), NodeNames: ["a"] })).json();
  assert.deepEqual(await scoreFor("p2"), [{ host: "a", score: 2 }]);
  assert.deepEqual(await scoreFor("p1"), [{ host: "a", score: 3 }]);
});
