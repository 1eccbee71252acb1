import assert from "node:assert/strict";
import { mkdir, rename, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { openManifestsView } from "../../../src/cluster/manifests/open.ts";
import { eventually } from "../../support/eventually.ts";
import { type FolderOptions, openFolder } from "./support.ts";

const nodeYaml = (name: string, ssd: string) =>
  `apiVersion: v1\nkind: Node\nmetadata:\n  name: ${name}\n  annotations:\n    capacity.topolvm.io/ssd: "${ssd}"\n`;

async function open(t: TestContext, files: FolderOptions["files"] = {}) {
  const opened = await openFolder({ files });
  t.after(() => opened.close());
  const free = (name: string) => opened.view.node(name)?.supply.freeBytes.get("ssd");
  return { ...opened, free };
}

test("all documents of a YAML file count, and empty ones do not", async (t) => {
  const { free } = await open(t, { "a.yaml": `---\n---\n${nodeYaml("n1", "1")}---\n${nodeYaml("n2", "2")}...\n` });
  assert.equal(free("n1"), 1n);
  assert.equal(free("n2"), 2n);
});

test("what kubectl prints as a List is read, and kinds of no concern are passed over", async (t) => {
  const node = nodeYaml("n1", "1").replace(/^/gm, "  ").replace("  apiVersion", "- apiVersion");
  const text = `apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Secret\n  data: 7\n${node}`;
  const { free, view } = await open(t, { "a.yml": text });
  assert.equal(free("n1"), 1n);
  assert.deepEqual(view.problems(), []);
});

test("a NodeList as the API server sends it is read", async (t) => {
  const items = [{ metadata: { name: "n1", annotations: { "capacity.topolvm.io/ssd": "5" } } }];
  const { free } = await open(t, { "a.json": JSON.stringify({ kind: "NodeList", items }) });
  assert.equal(free("n1"), 5n);
});

test("pods are given as they stand there, in the order of the files", async (t) => {
  const pod = (name: string) => ({ kind: "Pod", metadata: { name }, spec: { extra: true } });
  const { view } = await open(t, { "b.json": JSON.stringify(pod("b")), "a.json": JSON.stringify(pod("a")) });
  assert.deepEqual(view.pods(), [pod("a"), pod("b")]);
});

test("hidden files, other endings and folders below are passed over", async (t) => {
  const { folder, view, write } = await open(t);
  await mkdir(join(folder, "sub.yaml.d"));
  await writeFile(join(folder, "sub.yaml.d", "a.yaml"), nodeYaml("below", "1"));
  await writeFile(join(folder, ".a.yaml"), nodeYaml("hidden", "1"));
  await writeFile(join(folder, "README.md"), "[");
  await write("z.yaml", nodeYaml("n1", "1"));
  await eventually("n1", () => view.node("n1") !== undefined);
  assert.deepEqual(
    [...view.nodes()].map(({ name }) => name),
    ["n1"],
  );
});

test("a file that stops being readable keeps its last good state and is reported with its line", async (t) => {
  const { folder, free, view, write, logged } = await open(t, { "a.yaml": nodeYaml("n1", "1") });
  await write("a.yaml", `${nodeYaml("n1", "2")}---\nkind: Node\nmetadata: {name: n2\nspec: [\n`);
  await eventually("the problem", () => view.problems().length === 1);
  assert.match(view.problems()[0] ?? "", /a\.yaml:(9|10|11): /);
  assert.ok(view.problems()[0]?.startsWith(join(folder, "a.yaml:")));
  assert.ok(logged.some((line) => line.startsWith(view.problems()[0] ?? "-") && line.includes("last good content")));
  assert.equal(free("n1"), 1n);
});

test("a file that is mended counts again", async (t) => {
  const { free, view, write } = await open(t, { "a.yaml": "{" });
  assert.equal(view.problems().length, 1);
  await write("a.yaml", nodeYaml("n1", "3"));
  await eventually("n1", () => free("n1") === 3n);
  assert.deepEqual(view.problems(), []);
});

test("an unreadable file keeps no other from being read", async (t) => {
  const { free } = await open(t, { "a.yaml": "a: b: c", "b.yaml": nodeYaml("n1", "1") });
  assert.equal(free("n1"), 1n);
});

test("an object of a wrong shape is reported by the line where it begins, its name and the field", async (t) => {
  const bad = nodeYaml("n2", "2").replace('"2"', "2");
  const { view } = await open(t, { "a.yaml": `${nodeYaml("n1", "1")}---\n${bad}` });
  assert.match(
    view.problems()[0] ?? "",
    /a\.yaml:8: Node n2: metadata\.annotations\["capacity\.topolvm\.io\/ssd"\] is a string, not a number$/,
  );
});

test("an item of a list is reported by its own line", async (t) => {
  const text = "kind: List\nitems:\n- kind: Secret\n- kind: PersistentVolumeClaim\n  metadata: {name: c}\n  spec: 5\n";
  const { view } = await open(t, { "a.yaml": text });
  assert.match(view.problems()[0] ?? "", /a\.yaml:4: PersistentVolumeClaim c: spec is an object, not a number$/);
});

test("a fault in JSON is reported by its line", async (t) => {
  const { view } = await open(t, { "a.json": '{\n"kind": "Node",\n!\n}' });
  assert.match(view.problems()[0] ?? "", /a\.json:3: /);
});

test("a claim with an unreadable size names the field", async (t) => {
  const claim = {
    kind: "PersistentVolumeClaim",
    metadata: { name: "c" },
    spec: { resources: { requests: { storage: "x" } } },
  };
  const { view } = await open(t, { "a.json": JSON.stringify(claim) });
  assert.match(
    view.problems()[0] ?? "",
    /a\.json:1: PersistentVolumeClaim c: spec\.resources\.requests\.storage: "x" is no quantity/,
  );
});

test("documents that are no manifests are reported", async (t) => {
  const { view } = await open(t, {
    "a.yaml": "- 1\n",
    "b.yaml": "metadata: {}\n",
    "c.yaml": "kind: List\nitems: {}\n",
  });
  assert.deepEqual(
    view.problems().map((problem) => problem.replace(/^.*\//, "")),
    [
      "a.yaml:1: a manifest is an object, not a list",
      "b.yaml:1: kind is missing",
      "c.yaml:1: items is a list, not an object",
    ],
  );
});

test("aliases that would grow without end are refused", async (t) => {
  const bomb =
    "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*c,*c,*c,*c,*c,*c,*c,*c]\n";
  const { view } = await open(t, { "a.yaml": bomb });
  assert.match(view.problems()[0] ?? "", /a\.yaml:1: Excessive alias count/);
});

test("of two objects of one name the later file's counts, and a warning says so", async (t) => {
  const { free, logged } = await open(t, { "b.yaml": nodeYaml("n1", "2"), "a.yaml": nodeYaml("n1", "1") });
  assert.equal(free("n1"), 2n);
  assert.deepEqual(logged, ["b.yaml:1: Node n1 is also in a.yaml:1; the one here counts"]);
});

test("an object that moves from one file to another is not lost", async (t) => {
  const { folder, free, write } = await open(t, { "a.yaml": nodeYaml("n1", "1") });
  await write("b.yaml", nodeYaml("n1", "2"));
  await eventually("the later file", () => free("n1") === 2n);
  await rm(join(folder, "b.yaml"));
  await eventually("the earlier file again", () => free("n1") === 1n);
});

test("a mounted ConfigMap is followed when its data link is swapped", async (t) => {
  const { folder, free } = await open(t);
  const release = async (name: string, bytes: string) => {
    await mkdir(join(folder, name));
    await writeFile(join(folder, name, "a.yaml"), nodeYaml("n1", bytes));
    await symlink(name, join(folder, "..data_tmp"));
    await rename(join(folder, "..data_tmp"), join(folder, "..data"));
  };
  await release("..v1", "1");
  await symlink("..data/a.yaml", join(folder, "a.yaml"));
  await eventually("the first release", () => free("n1") === 1n);
  await release("..v2", "2");
  await eventually("the second release", () => free("n1") === 2n);
});

test("a folder that is not there is named when it is opened", async () => {
  const options = { folder: "/nonexistent/manifests", names: currentNames, clock: systemClock, log: silentLogger };
  await assert.rejects(openManifestsView(options), (error) => {
    assert.ok(error instanceof NativestorError && error.code === "unavailable");
    return error.message.includes("/nonexistent/manifests");
  });
});

test("a folder that goes away leaves what was read, and asking it fails", async (t) => {
  const { folder, free, view } = await open(t, { "a.yaml": nodeYaml("n1", "1") });
  await rm(folder, { recursive: true });
  await assert.rejects(view.lookupClaim("default", "c"), { code: "unavailable" });
  assert.equal(free("n1"), 1n);
});
