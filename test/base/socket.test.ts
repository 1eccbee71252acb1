import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { placeSocket } from "../../src/base/socket.ts";

async function listening(test: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-socket-"));
  const server = createServer();
  test.after(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });
  const listen = async (path: string) => once(server.listen(path), "listening");
  return { folder, path: join(folder, "s"), listen };
}

test("a socket is for its own user unless more is asked for", async (t) => {
  const { path, listen } = await listening(t);
  await placeSocket(path, listen);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
});

test("a socket gets the mode and the group that are asked for", async (t) => {
  const { path, listen } = await listening(t);
  const gid = process.getgid?.() ?? 0;
  await placeSocket(path, listen, { mode: 0o660, group: `${gid}` });
  const { mode, gid: given } = await stat(path);
  assert.equal(mode & 0o777, 0o660);
  assert.equal(given, gid);
});

test("nothing is made where the group is unknown", async (t) => {
  const { folder, path, listen } = await listening(t);
  await assert.rejects(placeSocket(path, listen, { group: "nobody has this" }), /no group/);
  assert.deepEqual(await readdir(folder), []);
});
