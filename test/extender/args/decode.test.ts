import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { currentNames } from "../../../src/capacity/names.ts";
import { decodeArgs } from "../../../src/extender/args/decode.ts";

const pod = { metadata: { namespace: "ns", name: "p" } };

function decode(body: unknown) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return decodeArgs(Buffer.from(text), currentNames);
}

function itemsOf(text: string): string[] {
  const { full } = decode(text);
  assert.ok(full);
  return Array.from(full.starts, (start, at) => Buffer.from(text).toString("utf8", start, full.ends[at]));
}

for (const [podKey, namesKey] of [
  ["pod", "nodenames"],
  ["Pod", "NodeNames"],
  ["Pod", "nodeNames"],
  ["POD", "NODENAMES"],
])
  test(`names are read from ${podKey} and ${namesKey}`, () => {
    const args = decode({ [podKey!]: pod, nodes: null, [namesKey!]: ["a", "b"] });
    assert.deepEqual([args.pod.name, args.nodeNames, args.full], ["p", ["a", "b"], undefined]);
  });

for (const [nodesKey, itemsKey] of [
  ["nodes", "items"],
  ["Nodes", "items"],
  ["Nodes", "Items"],
])
  test(`full nodes are read from ${nodesKey} and ${itemsKey}`, () => {
    const args = decode({ pod, [nodesKey!]: { [itemsKey!]: [{ metadata: { name: "a" } }] }, nodenames: null });
    assert.deepEqual(args.nodeNames, ["a"]);
  });

test("a key may be written with escapes", () => {
  assert.deepEqual(decode(`{"p\\u006fd":{},"nodenames":["a"]}`).nodeNames, ["a"]);
});

test("of a key that comes twice the last one counts, as in Go", () => {
  assert.deepEqual(decode(`{"pod":{},"nodenames":["a"],"NodeNames":["b"]}`).nodeNames, ["b"]);
});

test("a name that comes twice is a candidate once", () => {
  assert.deepEqual(decode({ pod, nodenames: ["a", "b", "a"] }).nodeNames, ["a", "b"]);
});

test("a full node that comes twice is a candidate once, as it came first", () => {
  const text = `{"pod":{},"nodes":{"items":[{"metadata":{"name":"a"},"x":1},{"metadata":{"name":"a"},"x":2}]}}`;
  assert.deepEqual(itemsOf(text), [`{"metadata":{"name":"a"},"x":1}`]);
});

test("a list of nodes that is null holds no nodes", () => {
  assert.deepEqual(decode({ pod, nodes: { items: null } }).nodeNames, []);
});

test("full nodes win where names come too", () => {
  const args = decode({ pod, nodes: { items: [{ metadata: { name: "a" } }] }, nodenames: ["b"] });
  assert.deepEqual(args.nodeNames, ["a"]);
});

test("only capacity annotations are kept of a full node", () => {
  const annotations = { "capacity.topolvm.io/ssd": "5", other: "x" };
  const args = decode({
    pod,
    nodes: { items: [{ metadata: { name: "a", annotations } }, { metadata: { name: "b" } }] },
  });
  assert.deepEqual(args.full?.annotations, ['{"capacity.topolvm.io/ssd":"5"}', ""]);
});

test("__proto__ is a name like any other", () => {
  assert.deepEqual(decode(`{"__proto__":{"x":1},"pod":{"__proto__":{}},"nodenames":["__proto__"]}`).nodeNames, [
    "__proto__",
  ]);
});

test("nodes are found at their bytes whatever they hold and however they are spaced", () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue(), { maxLength: 5 }), fc.constantFrom(undefined, 1, "\t"), (extras, indent) => {
      const items = extras.map((extra, at) => ({ metadata: { name: `n${at}` }, extra }));
      const text = JSON.stringify({ pod, nodes: { kind: "NodeList", items }, more: extras }, undefined, indent);
      assert.deepEqual(
        itemsOf(text).map((item) => JSON.parse(item) as unknown),
        JSON.parse(JSON.stringify(items)),
      );
    }),
  );
});

test("every truncation of a request is refused with a reason", () => {
  const text = JSON.stringify({ pod, nodes: { items: [{ metadata: { name: 'é"\\' }, n: -1.5e3, b: [true, null] }] } });
  const bytes = Buffer.from(text);
  for (let length = 0; length < bytes.length; length += 1)
    assert.throws(() => decodeArgs(bytes.subarray(0, length), currentNames), { code: "invalid-argument" });
});

const wrong: [string, unknown, RegExp][] = [
  ["nothing", "", /the body is empty/],
  ["spaces only", " \n ", /the body is empty/],
  ["no JSON", "hello", /the body is an object, not hello/],
  ["a list", "[]", /the body is an object, not \[\]/],
  ["null", "null", /the body is an object, not null/],
  ["something after the object", `{"pod":{},"nodenames":[]} x`, /something follows the object at byte 26/],
  ["no pod", { nodenames: [] }, /pod is missing/],
  ["a pod that is null", { pod: null, nodenames: [] }, /pod is missing/],
  ["a pod that is a number", { pod: 5, nodenames: [] }, /pod is an object, not 5/],
  [
    "annotations that are a list",
    { pod: { metadata: { annotations: [] } }, nodenames: [] },
    /pod: metadata\.annotations is an object/,
  ],
  [
    "an annotation that is a number",
    { pod: { metadata: { annotations: { a: 1 } } }, nodenames: [] },
    /pod: metadata\.annotations\["a"\] is a string, not a number/,
  ],
  ["neither nodes nor names", { pod }, /nodes and nodenames are both missing or null/],
  [
    "nodes and names that are null",
    { pod, nodes: null, nodenames: null },
    /nodes and nodenames are both missing or null/,
  ],
  ["names that are an object", { pod, nodenames: { a: 1 } }, /nodenames is a list, not \{"a":1\}/],
  ["a name that is a number", { pod, nodenames: ["a", 1] }, /nodenames\[1\] is a string, not number/],
  ["a name that is null", { pod, nodenames: [null] }, /nodenames\[0\] is a string, not null/],
  ["an empty name", { pod, nodenames: [""] }, /nodenames\[0\] is empty/],
  [
    "a name of 10 KB",
    { pod, nodenames: ["x".repeat(10_000)] },
    /nodenames\[0\] is at most 253 characters long, not 10000/,
  ],
  ["nodes that are a list", { pod, nodes: [] }, /nodes is an object, not \[\]/],
  ["items that are an object", { pod, nodes: { items: {} } }, /nodes\.items is a list, not \{\}/],
  ["a node that is null", { pod, nodes: { items: [null] } }, /nodes\.items\[0\]: metadata\.name is missing/],
  ["a node without a name", { pod, nodes: { items: [{}] } }, /nodes\.items\[0\]: metadata\.name is missing/],
  [
    "a node's name that is a number",
    { pod, nodes: { items: [{ metadata: { name: 1 } }] } },
    /nodes\.items\[0\]: metadata\.name is a string/,
  ],
  [
    "a node that is no JSON",
    `{"pod":{},"nodes":{"items":[{"metadata":{"name":"a"},x}]}}`,
    /nodes\.items\[0\]: no JSON/,
  ],
  [
    "deep nesting",
    `{"pod":{},"nodenames":${"[".repeat(100_000)}${"]".repeat(100_000)}}`,
    /nested deeper than 200 levels/,
  ],
  ["a value that is missing", `{"pod":,"nodenames":[]}`, /a value is missing at byte 7/],
  ["a key that is no string", `{pod:{}}`, /a key is missing at byte 1/],
  ["a comma that is missing", `{"pod":{} "nodenames":[]}`, /"," is missing at byte 10/],
  ["brackets that do not match", `{"pod":{"a":[}],"nodenames":[]}`, /no JSON/],
];

for (const [what, body, message] of wrong)
  test(`${what} is refused, naming what is wrong`, () => {
    assert.throws(() => decode(body), { code: "invalid-argument", message });
  });

test("a pod larger than any API server stores is refused", () => {
  const huge = { ...pod, spec: { x: "x".repeat(4 << 20) } };
  assert.throws(() => decode({ pod: huge, nodenames: [] }), /pod is at most 4194304 bytes/);
});

test("more nodes than any cluster has are refused", () => {
  const nodenames = Array.from({ length: 100_001 }, (_, at) => `n${at}`);
  assert.throws(() => decode({ pod, nodenames }), /nodenames has at most 100000 entries, not 100001/);
});
