import assert from "node:assert/strict";
import { test } from "node:test";
import type { DemandPart, PodDemand } from "../../../src/capacity/demand.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { supplyFromAnnotations } from "../../../src/capacity/supply.ts";
import type { NodeFacts } from "../../../src/cluster/view.ts";
import { warningsFor } from "../../../src/webhook/pod/warnings.ts";
import { rememberOffers } from "../../../src/webhook/offers.ts";
import { createFakeView, gibibyte, roomOf } from "../../support/fake-view.ts";

function asking(gibibytes: Record<string, number>, demand: Partial<PodDemand> = {}): PodDemand {
  return {
    unbound: new Map(Object.entries(gibibytes).map(([name, size]) => [name, BigInt(size) * gibibyte])),
    bound: new Map(),
    parts: [],
    missingClaims: [],
    missingStorageClasses: [],
    ...demand,
  };
}

function node(freeGibibytes: Record<string, number>, optionClasses?: string[]): NodeFacts {
  return { name: "n", supply: roomOf(freeGibibytes), optionClasses: optionClasses && new Set(optionClasses) };
}

const part: DemandPart = {
  claim: "data",
  storageClass: "fast",
  deviceClass: "ssd",
  optionClass: "mirrored",
  bytes: gibibyte,
};

test("a pod that some node can hold gets no warning", () => {
  assert.deepEqual(warningsFor(asking({ ssd: 10 }), [node({ ssd: 9 }), node({ ssd: 10 })]), []);
});

test("a pod that asks for nothing gets no warning, nodes or not", () => {
  assert.deepEqual(warningsFor(asking({}), []), []);
});

test("a pod that no node can hold is told what it asks and the most there is", () => {
  assert.deepEqual(warningsFor(asking({ ssd: 100 }), [node({ ssd: 9 }), node({ ssd: 42 })]), [
    'no node has room for the pod\'s volumes now: "ssd": asked 100Gi, at most 42Gi free on one node',
  ]);
});

test("of two classes only the one that is short is named", () => {
  assert.deepEqual(warningsFor(asking({ ssd: 100, hdd: 5 }), [node({ ssd: 42, hdd: 9 })]), [
    'no node has room for the pod\'s volumes now: "ssd": asked 100Gi, at most 42Gi free on one node',
  ]);
});

test("two classes that each have room, and on no node both, are named together", () => {
  assert.deepEqual(warningsFor(asking({ ssd: 10, hdd: 10 }), [node({ ssd: 42, hdd: 1 }), node({ ssd: 1, hdd: 42 })]), [
    "no node has room for the pod's volumes together now: " +
      '"ssd": asked 10Gi, at most 42Gi free on one node; "hdd": asked 10Gi, at most 42Gi free on one node',
  ]);
});

test("a class that no node has is named with those that there are", () => {
  assert.deepEqual(warningsFor(asking({ nvme: 1 }), [node({ ssd: 42 }), node({ hdd: 42 })]), [
    'no node offers the device class "nvme"; the nodes offer "hdd", "ssd"',
  ]);
});

test("a cluster without any room says so", () => {
  assert.deepEqual(warningsFor(asking({ nvme: 1 }), []), [
    'no node offers the device class "nvme"; no node offers any yet',
  ]);
});

test("a class that is only told in words that cannot be read is there, with no room told", () => {
  const supply = supplyFromAnnotations({ "capacity.topolvm.io/ssd": "much" }, currentNames);
  assert.deepEqual(warningsFor(asking({ ssd: 1 }), [{ name: "n", supply, optionClasses: undefined }]), [
    'no node has room for the pod\'s volumes now: "ssd": asked 1Gi, no node tells its free room',
  ]);
});

test("a StorageClass that does not exist is named", () => {
  assert.deepEqual(warningsFor(asking({}, { missingStorageClasses: ["fast"] }), []), [
    'StorageClass "fast" does not exist: the pod waits for it',
  ]);
});

test("an option class that no node of the device class offers is named, once", () => {
  const demand = asking({ ssd: 1 }, { parts: [part, { ...part, claim: "more" }] });
  assert.deepEqual(warningsFor(demand, [node({ ssd: 9 }, ["striped"]), node({ hdd: 9 }, ["mirrored"])]), [
    'no node with the device class "ssd" offers the lvcreate option class "mirrored"; they offer "striped"',
  ]);
});

test("an option class may be there where a node does not tell", () => {
  const demand = asking({ ssd: 1 }, { parts: [part] });
  assert.deepEqual(warningsFor(demand, [node({ ssd: 9 }, ["striped"]), node({ ssd: 9 })]), []);
});

test("what is remembered of the nodes counts until one of them changes", () => {
  const view = createFakeView();
  view.setNode("a", roomOf({ ssd: 5 }));
  const { offerFor, close } = rememberOffers(view);
  const warnings = () => warningsFor(asking({ ssd: 10 }), [...view.nodes()], offerFor);
  assert.match(warnings()[0] ?? "", /asked 10Gi, at most 5Gi free/);
  view.setNode("b", roomOf({ ssd: 7 }));
  assert.match(warnings()[0] ?? "", /asked 10Gi, at most 7Gi free/);
  view.setNode("a", roomOf({ ssd: 10 }));
  assert.deepEqual(warnings(), []);
  view.removeNode("a");
  assert.match(warnings()[0] ?? "", /asked 10Gi, at most 7Gi free/);
  close();
});
