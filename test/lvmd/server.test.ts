import assert from "node:assert/strict";
import { once } from "node:events";
import { lstat, readdir, writeFile } from "node:fs/promises";
import http2 from "node:http2";
import net from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { Registry } from "prom-client";
import { silentLogger } from "../../src/base/log.ts";
import { GetFreeBytesRequest, GetFreeBytesResponse } from "../../src/gen/lvmd.ts";
import { createLvmdClient } from "../../src/lvmd/client.ts";
import { serveLvmd } from "../../src/lvmd/server.ts";
import { deviceClass, emulated } from "./samples.ts";
import { scratch, served } from "./serving.ts";
import { MiB, rejects } from "./storage-contract.ts";

const open = () => emulated([deviceClass({ isDefault: true })]);

async function serve(socketPath: string) {
  const storage = await open();
  return serveLvmd({ storage, socketPath, log: silentLogger, registry: new Registry() });
}

test("the socket is for its own user alone, and nothing else is left beside it", async (t) => {
  const folder = await scratch(t);
  const server = await serve(join(folder, "lvmd.sock"));
  t.after(() => server.close());
  const { mode } = await lstat(server.socketPath);
  assert.equal(mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ["lvmd.sock"]);
});

test("the socket's folder is made where it does not exist", async (t) => {
  const server = await serve(join(await scratch(t), "run", "topolvm", "lvmd.sock"));
  t.after(() => server.close());
  assert.ok((await lstat(server.socketPath)).isSocket());
});

test("a file that a dead process left is replaced", async (t) => {
  const folder = await scratch(t);
  await writeFile(join(folder, "lvmd.sock"), "");
  await writeFile(join(folder, `.lvmd.sock.${process.pid}`), "");
  const server = await serve(join(folder, "lvmd.sock"));
  t.after(() => server.close());
  assert.ok((await lstat(server.socketPath)).isSocket());
});

test("closing takes the socket away", async (t) => {
  const folder = await scratch(t);
  const server = await serve(join(folder, "lvmd.sock"));
  await server.close();
  assert.deepEqual(await readdir(folder), []);
});

test("an old server that closes leaves the socket of the new one", async (t) => {
  const socketPath = join(await scratch(t), "lvmd.sock");
  const old = await serve(socketPath);
  const server = await serve(socketPath);
  t.after(() => server.close());
  await old.close();
  const client = createLvmdClient(socketPath);
  t.after(() => client.close());
  assert.equal((await client.groups.getFreeBytes({})).freeBytes, 1024n * MiB);
});

test("a path that no socket can have is refused with its length", async (t) => {
  const path = join(await scratch(t), "x".repeat(100));
  await rejects("invalid-argument", serve(path), `${path.length} bytes`);
});

test("a path of the full length can be used", async (t) => {
  const folder = await scratch(t);
  const server = await serve(join(folder, "x".repeat(106 - folder.length)));
  t.after(() => server.close());
  assert.equal(server.socketPath.length, 107);
});

test("a call under way is answered before the server is closed", async (t) => {
  const storage = await open();
  const gate = Promise.withResolvers<void>();
  const entered = Promise.withResolvers<void>();
  const listVolumes = async (name: string) => {
    entered.resolve();
    await gate.promise;
    return storage.listVolumes(name);
  };
  const { client, server } = await served(t, { ...storage, listVolumes });
  const call = client.groups.getLVList({});
  await entered.promise;
  const closed = server.close();
  gate.resolve();
  assert.deepEqual((await call).volumes, []);
  await closed;
});

test("a call that does not end is cut off after the grace", async (t) => {
  const storage = await open();
  const entered = Promise.withResolvers<void>();
  const listVolumes = () => {
    entered.resolve();
    return new Promise<never>(() => {});
  };
  const { client, server } = await served(t, { ...storage, listVolumes }, 20);
  const call = assert.rejects(client.groups.getLVList({}));
  await entered.promise;
  await server.close();
  await call;
});

test("a peer that takes no note of the end is not waited for beyond the grace", async (t) => {
  const { server } = await served(t, await open(), 20);
  const peer = net.connect({ path: server.socketPath, allowHalfOpen: true });
  t.after(() => peer.destroy());
  // HTTP/2's preface and empty settings: a connection that is never closed from this side
  peer.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
  peer.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  await once(peer, "readable");
  await server.close();
});

test("a caller that sends its socket's path, percent-encoded, as authority is answered", async (t) => {
  const { server } = await served(t, await open());
  const authority = encodeURIComponent(server.socketPath);
  assert.equal((await rawFreeBytes(server.socketPath, authority)).freeBytes, 1024n * MiB);
});

/** GetFreeBytes without a gRPC library, as the C core sends it. */
async function rawFreeBytes(socketPath: string, authority: string): Promise<GetFreeBytesResponse> {
  const session = http2.connect("http://localhost", { createConnection: () => net.connect(socketPath) });
  try {
    const stream = session.request({
      ":method": "POST",
      ":scheme": "http",
      ":path": "/proto.VGService/GetFreeBytes",
      ":authority": authority,
      "content-type": "application/grpc",
      te: "trailers",
    });
    stream.end(framed(GetFreeBytesRequest.encode({ deviceClass: "ssd" }).finish()));
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return GetFreeBytesResponse.decode(Buffer.concat(chunks).subarray(5));
  } finally {
    session.close();
  }
}

// gRPC over HTTP/2: a byte for the compression, four for the length, then the message
function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}
