import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { KubeError } from "../../src/kube/errors.ts";
import { getObject } from "../../src/kube/object.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { accessTo, collect, serve } from "./support.ts";

const failure = (status: number | undefined, code: string, message: RegExp) => (error: unknown) => {
  assert.ok(error instanceof KubeError, String(error));
  assert.equal(error.status, status);
  assert.equal(error.code, code);
  assert.match(error.message, message);
  return true;
};

test("an answer is parsed, and the question carries path, query and media type", async (t) => {
  let seen = "";
  const url = await serve(t, (request, response) => {
    seen = `${request.method} ${request.url} ${request.headers.accept}`;
    response.end('{"ok":true}');
  });
  const access = accessTo(t, `${url}/k8s/clusters/c-1/`);
  const answer = await access.request("/api/v1/nodes", { query: { limit: 5, continue: "a&b" }, accept: "x/y" });
  assert.deepEqual(answer, { ok: true });
  assert.equal(seen, "GET /k8s/clusters/c-1/api/v1/nodes?limit=5&continue=a%26b x/y");
});

test("a body is sent as JSON of the type named", async (t) => {
  let seen: unknown;
  const url = await serve(t, (request, response) => {
    request.setEncoding("utf8").on("data", (body) => {
      seen = [request.method, request.headers["content-type"], body];
      response.end("{}");
    });
  });
  const contentType = "application/merge-patch+json";
  await accessTo(t, url).request("/x", { method: "PATCH", body: { a: 1 }, contentType });
  assert.deepEqual(seen, ["PATCH", contentType, '{"a":1}']);
});

test("a refusal keeps its status, and its message is that of the Status object", async (t) => {
  const url = await serve(t, (_, response) => {
    response.writeHead(403).end('{"kind":"Status","message":"nodes is forbidden"}');
  });
  await assert.rejects(
    accessTo(t, url).request("/api"),
    failure(403, "failed-precondition", /^GET \/api: 403 nodes is forbidden$/),
  );
});

test("statuses become codes", async (t) => {
  const url = await serve(t, (request, response) => {
    response.writeHead(Number(request.url?.slice(1))).end("plain text");
  });
  const access = accessTo(t, url);
  const codes = {
    400: "invalid-argument",
    404: "not-found",
    409: "aborted",
    410: "out-of-range",
    429: "unavailable",
    503: "unavailable",
    504: "deadline-exceeded",
    418: "internal",
  };
  for (const [status, code] of Object.entries(codes))
    await assert.rejects(access.request(`/${status}`), failure(Number(status), code, /plain text/));
});

test("a body that is no JSON is an error without a status", async (t) => {
  const url = await serve(t, (_, response) => void response.end("<html>"));
  await assert.rejects(accessTo(t, url).request("/x"), failure(undefined, "unavailable", /no JSON/));
});

test("a server that is not there is unavailable", async (t) => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await assert.rejects(
    accessTo(t, `http://127.0.0.1:${port}`).request("/x"),
    failure(undefined, "unavailable", /ECONNREFUSED/),
  );
});

test("an answer that does not come is given up after the limit", async (t) => {
  const clock = turnedClock();
  const asked = Promise.withResolvers<void>();
  const url = await serve(t, () => asked.resolve());
  const answer = accessTo(t, url, { clock }).request("/x", { limitMs: 4_000 });
  await asked.promise;
  clock.turn(4_000);
  await assert.rejects(answer, failure(undefined, "unavailable", /^GET \/x: no answer within 4000 ms$/));
  assert.equal(clock.pending, 0);
});

test("an answer that stops half-way is given up after the limit", async (t) => {
  const clock = turnedClock();
  const begun = Promise.withResolvers<void>();
  const url = await serve(t, (_, response) => response.write('{"a":', () => begun.resolve()));
  const answer = accessTo(t, url, { clock }).request("/x");
  await begun.promise;
  clock.turn(30_000);
  await assert.rejects(answer, failure(undefined, "unavailable", /within 30000 ms/));
});

test("requests one after the other share connections", async (t) => {
  const ports = new Set<number | undefined>();
  const url = await serve(t, (request, response) => {
    ports.add(request.socket.remotePort);
    response.end("{}");
  });
  const access = accessTo(t, url);
  for (let i = 0; i < 20; i += 1) await access.request("/x");
  // the pool may open a second one while the first is being given back
  assert.ok(ports.size <= 2, `${ports.size} connections`);
});

test("a token that was exchanged meanwhile is sent at once after a refusal", async (t) => {
  let token = "old";
  const seen: (string | undefined)[] = [];
  const url = await serve(t, (request, response) => {
    seen.push(request.headers.authorization);
    response.writeHead(request.headers.authorization === "new" ? 200 : 401).end("{}");
  });
  const current = async () => ({ headers: { authorization: token }, tls: {} });
  const access = accessTo(t, url, { current, forget: () => void (token = "new") });
  await access.request("/x");
  assert.deepEqual(seen, ["old", "new"]);
});

test("a refused token that did not change is not sent again", async (t) => {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked += 1;
    response.writeHead(401).end('{"message":"Unauthorized"}');
  });
  await assert.rejects(accessTo(t, url).request("/x"), failure(401, "failed-precondition", /Unauthorized/));
  assert.equal(asked, 1);
});

test("a stream ends with the signal's reason", async (t) => {
  const url = await serve(t, (_, response) => void response.write("abc"));
  const controller = new AbortController();
  const chunks = await accessTo(t, url).open("/x", { signal: controller.signal });
  const read = (async () => {
    for await (const chunk of chunks) {
      assert.equal(Buffer.from(chunk).toString(), "abc");
      controller.abort(new KubeError(undefined, "enough"));
    }
  })();
  await assert.rejects(read, failure(undefined, "unavailable", /^enough$/));
});

test("a stream that is cut is unavailable", async (t) => {
  const url = await serve(t, (request, response) => response.write("abc", () => request.socket.destroy()));
  const chunks = await accessTo(t, url).open("/x");
  await assert.rejects(collect(chunks), failure(undefined, "unavailable", /GET \/x/));
});

test("a refused stream keeps the status", async (t) => {
  const url = await serve(t, (_, response) => void response.writeHead(410).end('{"message":"too old"}'));
  await assert.rejects(accessTo(t, url).open("/x"), failure(410, "out-of-range", /too old/));
});

test("an object that is not there is undefined, and another refusal is thrown", async (t) => {
  const url = await serve(
    t,
    (request, response) => void response.writeHead(request.url === "/gone" ? 404 : 500).end("{}"),
  );
  const access = accessTo(t, url);
  assert.equal(await getObject(access, "/gone", 1_000), undefined);
  await assert.rejects(getObject(access, "/broken", 1_000), { status: 500 });
});
