import assert from "node:assert/strict";
import { test } from "node:test";
import { allows, type Party } from "./evaluate.ts";
import type { NetworkPolicy } from "./policy.ts";

const pod = (namespace: string, labels: Record<string, string>): Party => ({
  address: "10.2.0.9",
  pod: { namespace, labels, namespaceLabels: { name: namespace }, ports: { https: 9443 } },
});
const web = pod("ours", { app: "web" });
const client = pod("ours", { app: "client" });
const foreign = pod("theirs", { app: "client" });
const host: Party = { address: "10.1.0.1" };

const policy = (spec: Partial<NetworkPolicy["spec"]>): NetworkPolicy => ({
  metadata: { namespace: "ours", name: "one" },
  spec: { podSelector: { matchLabels: { app: "web" } }, ...spec },
});
const from = (peers: object[], ports?: object[]) =>
  policy({ ingress: [{ from: peers, ...(ports === undefined ? {} : { ports }) }] });
const called = (policies: readonly NetworkPolicy[], caller: Party, port = 9443) =>
  allows(policies, { from: caller, to: web, port });

test("without a policy all is open, and one that selects a pod closes it", () => {
  assert.ok(called([], foreign));
  assert.ok(!called([policy({ ingress: [] })], foreign));
  assert.ok(called([policy({ podSelector: { matchLabels: { app: "other" } }, ingress: [] })], foreign));
});

test("a policy is for its namespace only", () => {
  const elsewhere = { ...policy({ ingress: [] }), metadata: { namespace: "theirs", name: "one" } };
  assert.ok(called([elsewhere], foreign));
});

test("a selector of pods means those of the policy's namespace, unless namespaces are selected beside it", () => {
  const labels = { podSelector: { matchLabels: { app: "client" } } };
  assert.deepEqual(
    [client, foreign, host].map((one) => called([from([labels])], one)),
    [true, false, false],
  );
  const both = { ...labels, namespaceSelector: { matchLabels: { name: "theirs" } } };
  assert.deepEqual(
    [client, foreign, host].map((one) => called([from([both])], one)),
    [false, true, false],
  );
});

test("blocks of addresses, but for their exceptions", () => {
  assert.ok(called([from([{ ipBlock: { cidr: "10.1.0.0/16" } }])], host));
  assert.ok(!called([from([{ ipBlock: { cidr: "10.1.0.0/16", except: ["10.1.0.1/32"] } }])], host));
  assert.ok(!called([from([{ ipBlock: { cidr: "fd00::/8" } }])], host));
});

test("ports by number, by name, by range and by protocol", () => {
  const seen = [{ port: 9443 }, { port: "https" }, { port: 9000, endPort: 9500 }, { port: 9443, protocol: "UDP" }, {}];
  assert.deepEqual(
    seen.map((port) => called([from([], [port])], host)),
    [true, true, true, false, true],
  );
  assert.ok(!called([from([], [{ port: "https" }])], host, 80));
});

test("several policies add up, and both ends have to allow a connection", () => {
  assert.ok(called([policy({ ingress: [] }), from([{ podSelector: {} }])], client));
  const shut = policy({ podSelector: { matchLabels: { app: "client" } }, policyTypes: ["Egress"] });
  assert.ok(!called([shut], client));
  assert.ok(called([shut], foreign));
});

test("expressions: In, NotIn, Exists, DoesNotExist", () => {
  const chosen = (operator: string, key: string, values: string[]) =>
    called([from([{ podSelector: { matchExpressions: [{ key, operator, values }] } }])], client);
  assert.ok(chosen("In", "app", ["client"]) && !chosen("In", "none", ["client"]));
  assert.ok(chosen("NotIn", "none", ["x"]) && !chosen("NotIn", "app", ["client"]));
  assert.ok(chosen("Exists", "app", []) && !chosen("Exists", "none", []));
  assert.ok(chosen("DoesNotExist", "none", []) && !chosen("DoesNotExist", "app", []));
});
