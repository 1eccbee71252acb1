import assert from "node:assert/strict";
import test from "node:test";
import { currentNames } from "../../../src/capacity/names.ts";
import type { Client } from "../../../src/cli/walkthrough/client.ts";
import { place } from "../../../src/cli/walkthrough/place.ts";

const subject = {
  namespace: "shop",
  name: "db",
  object: { metadata: { name: "db", annotations: {} }, spec: { containers: [{}] } },
};
const patch = [{ op: "add", path: "/metadata/annotations/capacity.topolvm.io~1ssd", value: "1024" }];
const patched = { allowed: true, patch: Buffer.from(JSON.stringify(patch)).toString("base64") };

// answers by path, and remembers what was asked
function fakeClient(answers: Record<string, unknown>) {
  const asked: [path: string, body: unknown][] = [];
  const client: Client = {
    origin: "https://example",
    post: async (path, body) => {
      asked.push([path, body]);
      return answers[path];
    },
    close: () => {},
  };
  return { client, asked };
}

test("a pod goes to admission, then patched to the filter, then with the nodes that fit to prioritize", async () => {
  const { client, asked } = fakeClient({
    "/pod/mutate": { response: patched },
    "/filter": { nodenames: ["a", "b"], failedAndUnresolvableNodes: { c: "full" } },
    "/prioritize": [
      { host: "a", score: 3 },
      { host: "b", score: 7 },
    ],
  });
  await place(subject, ["a", "b", "c"], client, currentNames);
  const pod = { ...subject.object, metadata: { name: "db", annotations: { "capacity.topolvm.io/ssd": "1024" } } };
  assert.deepEqual(asked.slice(1), [
    ["/filter", { pod, nodenames: ["a", "b", "c"] }],
    ["/prioritize", { pod, nodenames: ["a", "b"] }],
  ]);
});

test("the nodes that fit come the best first, the others by reason", async () => {
  const { client } = fakeClient({
    "/pod/mutate": { response: { ...patched, warnings: ["mind"] } },
    "/filter": { nodenames: ["a", "b"], failedAndUnresolvableNodes: { c: "full", d: "none", e: "full" } },
    "/prioritize": [
      { host: "a", score: 3 },
      { host: "b", score: 7 },
    ],
  });
  assert.deepEqual(await place(subject, ["a", "b", "c", "d", "e"], client, currentNames), {
    subject,
    demand: new Map([["ssd", 1024n]]),
    fits: [
      { node: "b", score: 7 },
      { node: "a", score: 3 },
    ],
    refused: new Map([
      ["full", ["c", "e"]],
      ["none", ["d"]],
    ]),
    warnings: ["mind"],
    problem: undefined,
  });
});

test("a pod without demand is not filtered", async () => {
  const { client, asked } = fakeClient({ "/pod/mutate": { response: { allowed: true } } });
  await place(subject, ["a"], client, currentNames);
  assert.deepEqual(
    asked.map(([path]) => path),
    ["/pod/mutate"],
  );
});

test("where nothing fits nothing is ranked", async () => {
  const answers = {
    "/pod/mutate": { response: patched },
    "/filter": { nodenames: [], failedAndUnresolvableNodes: { a: "full" } },
  };
  const { client, asked } = fakeClient(answers);
  await place(subject, ["a"], client, currentNames);
  assert.equal(asked.length, 2);
});

test("a pod that is denied says why", async () => {
  const { client } = fakeClient({
    "/pod/mutate": { response: { allowed: false, status: { message: "no containers" } } },
  });
  assert.equal((await place(subject, ["a"], client, currentNames)).problem, "denied: no containers");
});

test("a filter that cannot tell says why", async () => {
  const { client } = fakeClient({ "/pod/mutate": { response: patched }, "/filter": { error: "too old" } });
  assert.equal((await place(subject, ["a"], client, currentNames)).problem, "too old");
});
