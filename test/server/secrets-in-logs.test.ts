import assert from "node:assert/strict";
import { test } from "node:test";
import pino from "pino";
import { clientPair, serverPair, writePair } from "../support/test-certificates.ts";
import { post, request } from "../support/https-client.ts";
import { startTestServer } from "../support/test-server.ts";
import { eventually } from "../support/eventually.ts";

test("neither tokens nor keys come into the log, whatever goes wrong", async (t) => {
  const lines: string[] = [];
  const log = pino({ level: "trace" }, { write: (line: string) => void lines.push(line) });
  const token = "s3cret-of-somebody";
  const { to, ca, folder } = await startTestServer(t, {
    log,
    clientAuth: "extender-required",
    reviewToken: (presented) => Promise.reject(new Error(`no answer about a token of ${presented.length} letters`)),
  });
  const headers = { authorization: `Bearer ${token}`, cookie: token };
  const { certificate, key } = clientPair(ca);
  await request({ ...to, path: "/metrics", headers });
  await request({ ...to, path: "/nowhere", headers });
  await post("/filter", "{", { ...to, headers, cert: certificate, key });
  await post("/filter", { pod: 1 }, { ...to, headers });
  // a pair that does not belong together, and one that does
  await writePair(folder, { ...serverPair(ca), key: serverPair(ca).key });
  await eventually("the wrong pair is told of", () => lines.some((line) => line.includes("do not belong together")));
  await writePair(folder, serverPair(ca));
  await eventually("the right pair is taken over", () => lines.some((line) => line.includes("took over")));
  const all = lines.join("");
  assert.match(all, /no answer about a token/);
  assert.doesNotMatch(all, new RegExp(`${token}|PRIVATE KEY|BEGIN CERT`));
});
