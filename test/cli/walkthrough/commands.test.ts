import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import test from "node:test";
import { promisify } from "node:util";
import { currentNames } from "../../../src/capacity/names.ts";
import { curlCommands } from "../../../src/cli/walkthrough/commands.ts";

const object = {
  metadata: { name: "db" },
  spec: { containers: [{ name: "it's", image: "x" }], volumes: [{ name: "v" }], nodeName: "n" },
};
const example = { subject: { namespace: "default", name: "db", object }, demand: new Map([["ssd", 1024n]]) };
const options = {
  origin: "https://127.0.0.1:9443",
  authorityPath: "my certs/ca.crt",
  names: currentNames,
  nodes: ["a"],
  example,
};

// what a shell makes of the words, without running curl
async function wordsOf(command: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)("sh", ["-c", `curl() { printf '%s\\0' "$@"; }\n${command}`]);
  return stdout.split("\0").slice(0, -1);
}

test("a shell reads the words of a command as they are meant", async () => {
  const commands = curlCommands(options).split("\n\n");
  const filter = commands.find((command) => command.includes("/filter"));
  assert.deepEqual(await wordsOf(filter ?? ""), [
    "--cacert",
    "my certs/ca.crt",
    "https://127.0.0.1:9443/filter",
    "-H",
    "content-type: application/json",
    "-d",
    '{"pod":{"metadata":{"namespace":"default","name":"db","annotations":{"capacity.topolvm.io/ssd":"1024"}}},"nodenames":["a"]}',
  ]);
});

test("a quote in a pod survives the shell, and the pod is cut to what admission looks at", async () => {
  const mutate = curlCommands(options)
    .split("\n\n")
    .find((command) => command.includes("/pod/mutate"));
  const body = JSON.parse((await wordsOf(mutate ?? "")).at(-1) ?? "") as { request: { object: unknown } };
  assert.deepEqual(body.request.object, {
    metadata: { namespace: "default", name: "db" },
    spec: { containers: [{ name: "it's" }], volumes: [{ name: "v" }] },
  });
});

test("where the system knows the authority curl needs none", () => {
  assert.match(curlCommands({ ...options, authorityPath: undefined }), /^curl https:\/\/127\.0\.0\.1:9443\/readyz$/m);
});

test("without a pod the commands that need one are left out", () => {
  assert.deepEqual(curlCommands({ ...options, example: undefined }).match(/https:\S+/g), [
    "https://127.0.0.1:9443/readyz",
    "https://127.0.0.1:9443/metrics",
  ]);
});
