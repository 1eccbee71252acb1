import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { roomOf } from "../support/fake-view.ts";
import { createExtenderRig } from "../support/extender-rig.ts";

/** What test/kube/recording.test.ts recorded of a real kube-scheduler. */
interface Fixture {
  /** Free GiB of each node by class. */
  readonly nodes: Record<string, Record<string, number>>;
  readonly path: string;
  readonly request: string;
  readonly answer: string;
}

const folder = new URL("fixtures/kube-scheduler/", import.meta.url);
const files = readdirSync(folder).filter((name) => name.endsWith(".json"));
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), "utf8")) as Fixture;

test("all four requests of a scheduler have been recorded", () => {
  assert.deepEqual(files.sort(), [
    "filter-names.json",
    "filter-nodes.json",
    "prioritize-names.json",
    "prioritize-nodes.json",
  ]);
});

for (const file of files)
  test(`${file}, recorded of a real kube-scheduler, is answered as it was`, async (t) => {
    const { nodes, path, request, answer } = read(file);
    const rig = await createExtenderRig();
    t.after(() => rig.close());
    for (const [name, room] of Object.entries(nodes)) rig.view.setNode(name, roomOf(room));
    const { status, json } = await rig.post(path, request);
    assert.equal(status, 200);
    assert.deepEqual(json(), JSON.parse(answer));
  });

test("whole nodes are answered from what the scheduler sent where the view does not know them", async (t) => {
  const { path, request, answer } = read("filter-nodes.json");
  const rig = await createExtenderRig();
  t.after(() => rig.close());
  assert.deepEqual((await rig.post(path, request)).json(), JSON.parse(answer));
});
