import assert from "node:assert/strict";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { currentNames } from "../../../src/capacity/names.ts";
import { readBody } from "../../../src/extender/body.ts";
import { createReader } from "../../../src/extender/worker/reader.ts";
import { Readable } from "node:stream";

const options = { names: currentNames, clock: systemClock, log: silentLogger };

function bodyOf(value: unknown) {
  return readBody(Readable.from([Buffer.from(JSON.stringify(value))]), undefined, 1 << 20);
}

/** A worker that answers what `code` makes of each job. */
async function workerOf(code: string): Promise<URL> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-worker-"));
  const file = join(folder, "worker.mjs");
  await writeFile(
    file,
    `import { parentPort } from "node:worker_threads";\nparentPort.on("message", (job) => { ${code} });\n`,
  );
  return pathToFileURL(file);
}

test("a body is read in the thread and comes back with what it says", async () => {
  const reader = createReader(options);
  const sent = { pod: { metadata: { name: "p" } }, nodes: { items: [{ metadata: { name: "a" } }] } };
  const { args, body } = await reader.read(await bodyOf(sent));
  const at = [args.full?.starts[0], args.full?.ends[0]];
  await reader.close();
  assert.deepEqual([args.pod.name, args.nodeNames], ["p", ["a"]]);
  assert.equal(body.toString("utf8", ...at), '{"metadata":{"name":"a"}}');
});

test("what is wrong with a body is told", async () => {
  const reader = createReader(options);
  await assert.rejects(reader.read(await bodyOf({ nodenames: [] })), {
    code: "invalid-argument",
    message: "pod is missing",
  });
  await reader.close();
});

test("a thread that dies fails its requests, and the next request gets a new one", async () => {
  const dying = `if (job.length > 2) process.exit(1); else parentPort.postMessage({ id: job.id, args: "alive", body: job.body });`;
  const reader = createReader({ ...options, file: await workerOf(dying) });
  await assert.rejects(reader.read(await bodyOf("long")), {
    code: "internal",
    message: /thread that reads large bodies ended/,
  });
  assert.equal((await reader.read(await bodyOf(1))).args, "alive");
  await reader.close();
});

test("a thread that throws fails its requests", async () => {
  const reader = createReader({ ...options, file: await workerOf(`throw new Error("broken");`) });
  await assert.rejects(reader.read(await bodyOf(1)), { code: "internal" });
  await reader.close();
});

test("a thread that does not come to an end is ended", async () => {
  const { promise: asked, resolve } = Promise.withResolvers<() => void>();
  const clock = { ...systemClock, after: (_ms: number, run: () => void) => (resolve(run), () => {}) };
  const reader = createReader({ ...options, clock, file: await workerOf("for (;;);") });
  const read = reader.read(await bodyOf(1));
  (await asked)();
  await assert.rejects(read, { code: "internal" });
  await reader.close();
});

test("closing fails what is under way", async () => {
  const reader = createReader({ ...options, file: await workerOf("") });
  const read = assert.rejects(reader.read(await bodyOf(1)), { message: /was stopped/ });
  await reader.close();
  await read;
});
