import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import test from "node:test";
import { createClient } from "../../../src/cli/walkthrough/client.ts";
import { createLvmdClient } from "../../../src/lvmd/client.ts";
import { askUntil, startArgs, startNativestor } from "./running.ts";

const shown = /Ctrl-C stops/;

test("the quickstart shows the room on its nodes and where its pods fit", async (t) => {
  const { printed } = await startNativestor(t, startArgs);
  const out = await printed(shown);
  for (const row of [
    /^worker-1 +00default +180Gi +180Gi$/m,
    /^ +ssd +440Gi +440Gi$/m,
    /^postgres-0 +100Gi ssd +worker-1 +8$/m,
    /^kafka-0 +1Ti hdd +worker-2 +7$\n^ +20Gi ssd +worker-3 +5$/m,
    /^build-7f9c +40Gi 00default +worker-1 +7$/m,
    /^archive-0 +12Ti hdd .*\n.*worker-2, worker-3, worker-4 +no +out of VG free space \(hdd: asked 12Ti, at most 7\.27Ti free on one node\)$/m,
    /^Nothing to place for web-0:/m,
  ])
    assert.match(out, row);
});

test("its commands work as they are printed", async (t) => {
  const { printed, folder } = await startNativestor(t, startArgs);
  const out = await printed(shown);
  const authority = await readFile(join(folder, "certs/ca.crt"), "utf8");
  const posts = [...out.matchAll(/^curl --cacert certs\/ca\.crt (https:\/\/[^/]+)(\/\S+) \\\n .*\\\n +-d '(.*)'$/gm)];
  const answers: unknown[] = [];
  for (const [, origin = "", path = "", body = ""] of posts) {
    const client = createClient(origin, authority);
    answers.push(Object.keys((await client.post(path, JSON.parse(body))) as object));
    client.close();
  }
  assert.deepEqual(answers, [
    ["apiVersion", "kind", "response"],
    ["nodenames", "failedAndUnresolvableNodes"],
    ["0", "1", "2", "3"],
  ]);
});

test("a volume that is made takes its room at once", async (t) => {
  const { printed, folder } = await startNativestor(t, startArgs);
  const [, origin = ""] = /answers at (\S+),/.exec(await printed(shown)) ?? [];
  const client = createClient(origin, await readFile(join(folder, "certs/ca.crt"), "utf8"));
  t.after(() => client.close());
  const [sockets = ""] = (await readdir(folder)).filter((name) => name.startsWith("nativestor-"));
  const lvmd = createLvmdClient(join(folder, sockets, "0.sock"));
  t.after(() => lvmd.close());
  await lvmd.volumes.createLV({
    name: "v",
    deviceClass: "ssd",
    sizeBytes: 400n << 30n,
    tags: [],
    lvcreateOptionClass: "",
  });
  const pod = { metadata: { annotations: { "capacity.topolvm.io/ssd": String(100n << 30n) } } };
  const fits = async () =>
    ((await client.post("/filter", { pod, nodenames: ["worker-1"] })) as { nodenames: string[] }).nodenames;
  assert.deepEqual(await askUntil(fits, (nodes) => nodes.length === 0), []);
});

test("an edited file counts without a restart", async (t) => {
  const { printed, folder } = await startNativestor(t, startArgs);
  const [, origin = ""] = /answers at (\S+),/.exec(await printed(shown)) ?? [];
  const client = createClient(origin, await readFile(join(folder, "certs/ca.crt"), "utf8"));
  t.after(() => client.close());
  const node = { kind: "Node", metadata: { name: "new", annotations: { "capacity.topolvm.io/ssd": "1024" } } };
  await writeFile(join(folder, "cluster/new.json"), JSON.stringify(node));
  const pod = { metadata: { annotations: { "capacity.topolvm.io/ssd": "1024" } } };
  const fits = async () =>
    ((await client.post("/filter", { pod, nodenames: ["new"] })) as { nodenames: string[] }).nodenames;
  assert.deepEqual(await askUntil(fits, (nodes) => nodes.length === 1), ["new"]);
});

test("SIGTERM ends it in good order and leaves only the certificates", async (t) => {
  const { child, printed, folder, ended } = await startNativestor(t, startArgs);
  await printed(shown);
  child.kill("SIGTERM");
  const { status, err } = await ended();
  assert.deepEqual([status, err, (await readdir(folder)).sort()], [0, "", ["certs", "cluster"]]);
});

test("a port that is taken is named, with how to choose another", async (t) => {
  const holder = createServer().listen(0, "127.0.0.1");
  await once(holder, "listening");
  t.after(() => holder.close());
  const { port } = holder.address() as AddressInfo;
  const { ended } = await startNativestor(t, (folder) => [...startArgs(folder), "--listen", `127.0.0.1:${port}`]);
  assert.deepEqual(await ended(), {
    status: 1,
    out: "",
    err: `nativestor serve: port ${port} on 127.0.0.1 is in use; choose another with --listen HOST:PORT\n`,
  });
});

test("a folder of manifests that is not there is named", async (t) => {
  const { ended } = await startNativestor(t, () => ["serve", "--manifests", "nowhere"]);
  const { status, err } = await ended();
  assert.match(err, /^nativestor serve: manifests folder nowhere: ENOENT/);
  assert.equal(status, 1);
});

test("an lvmd for a node that the manifests do not have is wrong use", async (t) => {
  const { ended } = await startNativestor(t, (folder) => [...startArgs(folder), "--lvmd", "nobody=/run/x.sock"]);
  const { status, err } = await ended();
  assert.equal(err.split("\n")[0], "nativestor serve: --lvmd nobody=…: the manifests have no node of that name");
  assert.equal(status, 2);
});

test("a claim that no file has is told", async (t) => {
  const { printed } = await startNativestor(t, (folder) => {
    const volumes = [{ name: "v", persistentVolumeClaim: { claimName: "nope" } }];
    writeFileSync(
      join(folder, "cluster/pod.json"),
      JSON.stringify({ kind: "Pod", metadata: { name: "p" }, spec: { volumes, containers: [{}] } }),
    );
    return startArgs(folder);
  });
  assert.match(await printed(shown), /^p +warning: there is no claim nope$/m);
});

test("without a cluster to read it is wrong use", async (t) => {
  const { ended } = await startNativestor(t, () => ["serve"]);
  const { status, err } = await ended();
  assert.match(err, /^nativestor serve: there is no cluster to read: give --manifests DIR/);
  assert.equal(status, 2);
});

test("a wrong setting is named with its file and line", async (t) => {
  const { folder, ended } = await startNativestor(t, (folder) => [
    "serve",
    "--config",
    join(folder, "cluster/nodes.yaml"),
  ]);
  const { status, err } = await ended();
  assert.match(err, new RegExp(`^nativestor serve: ${folder}/cluster/nodes\\.yaml:\\d+: `));
  assert.equal(status, 2);
});

test("the output may be read only in part", async (t) => {
  const { child, ended } = await startNativestor(t, () => ["serve", "--help"]);
  child.stdout.destroy();
  const { status, err } = await ended();
  assert.deepEqual([status, err], [0, ""]);
});
