import assert from "node:assert/strict";
import { after, test } from "node:test";
import pino from "pino";
import { createExtenderRig, type ExtenderRig, type FilterAnswer, podDemanding } from "../support/extender-rig.ts";
import { roomOf } from "../support/fake-view.ts";

const rigs: ExtenderRig[] = [];
after(() => Promise.all(rigs.map((one) => one.close())));

async function createRig(...args: Parameters<typeof createExtenderRig>): Promise<ExtenderRig> {
  const rig = await createExtenderRig(...args);
  rigs.push(rig);
  return rig;
}

function linesOf(level: string) {
  const lines: Record<string, unknown>[] = [];
  const log = pino({ level, base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });
  return { lines, log };
}

async function answers(rig: ExtenderRig): Promise<string[]> {
  const text = await rig.deps.registry.getSingleMetricAsString("nativestor_extender_answers_total");
  return text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.replace("nativestor_extender_answers_total", ""));
}

test("a wrong request is answered 400, naming what is wrong", async () => {
  const rig = await createRig();
  const { status, json } = await rig.post("/prioritize", { pod: 5, nodenames: [] });
  assert.deepEqual([status, json()], [400, { error: "Bad Request", message: "pod is an object, not 5" }]);
});

test("a request without any body is answered 400", async () => {
  const rig = await createRig();
  const { status, json } = await rig.post("/filter", "");
  assert.deepEqual([status, json()], [400, { error: "Bad Request", message: "the body is empty" }]);
});

test("a body above the limit is answered 413 with the limit", async () => {
  const rig = await createRig({ bodyLimitBytes: 1000 });
  const { status, json } = await rig.post("/filter", " ".repeat(1001));
  assert.deepEqual(
    [status, json()],
    [413, { error: "Payload Too Large", message: "the body is larger than the 1000 bytes that are allowed" }],
  );
});

test("names above the size at which another thread reads are answered like others", async () => {
  const rig = await createRig();
  rig.view.setNode("node-7", roomOf({ ssd: 2 }));
  const nodenames = Array.from({ length: 40_000 }, (_, at) => `node-${at}`);
  const { json } = await rig.post("/filter", { pod: podDemanding({ ssd: 1 }), nodenames });
  const answer = json() as FilterAnswer;
  assert.deepEqual(answer.nodenames, ["node-7"]);
  assert.equal(Object.keys(answer.failedAndUnresolvableNodes ?? {}).length, 39_999);
});

test("a large request that is wrong is answered 400, naming what is wrong", async () => {
  const rig = await createRig();
  const nodes = { items: [{ metadata: { name: "x" }, pad: "x".repeat(300_000) }, 7] };
  const { status, json } = await rig.post("/filter", { pod: podDemanding({ ssd: 1 }), nodes });
  assert.equal(status, 400);
  assert.match((json() as { message: string }).message, /^nodes\.items\[1\]: the node is an object, not a number/);
});

test("a fifth large request at the same time is answered 503, and the next one after that is served", async () => {
  const rig = await createRig();
  const body = { pod: podDemanding({}), nodenames: Array.from({ length: 40_000 }, (_, at) => `node-${at}`) };
  const all = await Promise.all(Array.from({ length: 5 }, () => rig.post("/filter", body)));
  assert.deepEqual(
    all.map(({ status }) => status).sort((a, b) => a - b),
    [200, 200, 200, 200, 503],
  );
  assert.equal((await rig.post("/filter", body)).status, 200);
});

test("answers are counted by verb and by what came of them", async () => {
  const rig = await createRig();
  rig.view.setNode("a", roomOf({ ssd: 1 }));
  await rig.post("/filter", { pod: podDemanding({ ssd: 1 }), nodenames: ["a"] });
  await rig.post("/predicate", { pod: podDemanding({ ssd: 2 }), nodenames: ["a"] });
  await rig.post("/filter", { pod: podDemanding({ ssd: 2 }), nodenames: ["b"] });
  await rig.post("/filter", { pod: podDemanding({}), nodenames: ["b"] });
  await rig.post("/prioritize", { pod: podDemanding({ ssd: 2 }), nodenames: ["a"] });
  await rig.post("/prioritize", "x");
  assert.deepEqual(await answers(rig), [
    '{verb="filter",reason="answered"} 1',
    '{verb="filter",reason="no-room"} 1',
    '{verb="filter",reason="no-annotation"} 1',
    '{verb="filter",reason="no-demand"} 1',
    '{verb="prioritize",reason="answered"} 1',
    '{verb="prioritize",reason="bad-request"} 1',
  ]);
});

test("answers are timed by verb", async () => {
  const rig = await createRig();
  await rig.post("/filter", { pod: podDemanding({}), nodenames: [] });
  const text = await rig.deps.registry.getSingleMetricAsString("nativestor_extender_duration_seconds");
  assert.match(text, /nativestor_extender_duration_seconds_count\{verb="filter"\} 1$/);
});

test("a refusal is one line at info, with the pod, the demand and the reasons counted", async () => {
  const { lines, log } = linesOf("info");
  const rig = await createRig({ log });
  await rig.post("/filter", { pod: podDemanding({ ssd: 2 }), nodenames: ["a", "b"] });
  assert.deepEqual(lines, [
    {
      level: 30,
      pod: "default/pod",
      demand: "ssd 2Gi",
      fit: 0,
      refused: { "no capacity annotation (ssd)": 2 },
      msg: "no node can hold the pod",
    },
  ]);
});

test("other decisions are one line each, at debug only", async () => {
  for (const [level, messages] of [
    ["debug", ["filtered", "prioritized"]],
    ["info", []],
  ] as const) {
    const { lines, log } = linesOf(level);
    const rig = await createRig({ log });
    rig.view.setNode("a", roomOf({ ssd: 1 }));
    const body = { pod: podDemanding({ ssd: 1 }), nodenames: ["a", "b"] };
    await rig.post("/filter", body);
    await rig.post("/prioritize", body);
    assert.deepEqual(
      lines.map(({ msg }) => msg),
      messages,
    );
  }
});
