import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { test } from "node:test";
import { startCluster } from "./harness/cluster.ts";
import { createClaim, createPod, nodeOf } from "./harness/objects.ts";
import { type Recorder, type Recording, startRecorder } from "./harness/recorder.ts";

// `NATIVESTOR_RECORD=1 npm test -- kube/recording.test.ts` writes them anew
const folder = new URL("../extender/fixtures/kube-scheduler/", import.meta.url);
const isRecording = process.env.NATIVESTOR_RECORD === "1";

const nodes = { a: { ssd: 10 }, b: { ssd: 100 }, c: { ssd: 400 } };

/** What a real scheduler sends to place one pod. */
async function recordOnePod(wholeNodes: boolean): Promise<readonly Recording[]> {
  let recorder: Recorder | undefined;
  const cluster = await startCluster("recording", {
    nodes,
    scheduler: { wholeNodes },
    between: async (service) => (recorder = await startRecorder(service)),
  });
  try {
    await createClaim(cluster, "data", "ssd", "50Gi");
    await createPod(cluster, "pod", ["data"]);
    assert.equal(await nodeOf(cluster, "pod"), "c");
    return recorder?.recordings ?? [];
  } finally {
    recorder?.close();
    await cluster.stop();
  }
}

/** Key paths of a JSON value, list positions left out, so that two requests of one form are equal. */
function shapeOf(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null) return [`${path} ${value === null ? "null" : typeof value}`];
  const entries = Array.isArray(value) ? value.map((item) => ["[]", item] as const) : Object.entries(value);
  return [
    ...new Set(entries.flatMap(([key, item]) => (key === "managedFields" ? [] : shapeOf(item, `${path}.${key}`)))),
  ].sort();
}

for (const [form, wholeNodes] of Object.entries({ names: false, nodes: true }))
  test(`kube-scheduler asks with ${form} as in the recorded requests that unit tests replay`, async () => {
    const recordings = await recordOnePod(wholeNodes);
    assert.deepEqual(
      recordings.slice(0, 2).map(({ path }) => path),
      ["/filter", "/prioritize"],
    );
    for (const recording of recordings.slice(0, 2)) {
      const file = new URL(`${recording.path.slice(1)}-${form}.json`, folder);
      if (isRecording) {
        await mkdir(folder, { recursive: true });
        await writeFile(file, `${JSON.stringify({ nodes, ...recording }, null, 2)}\n`);
      }
      const recorded = JSON.parse(await readFile(file, "utf8")) as Recording;
      assert.deepEqual(shapeOf(JSON.parse(recording.request)), shapeOf(JSON.parse(recorded.request)));
    }
  });
