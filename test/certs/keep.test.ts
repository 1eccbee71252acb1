import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import pino from "pino";
import { ensureCertificates, type EnsureOptions } from "../../src/certs/ensure.ts";
import { keepCertificates } from "../../src/certs/keep.ts";
import { handClock, scratchFolder } from "./support.ts";

const dayMs = 86_400_000;

// the log is what tells that a check is over
function loggedOnce() {
  const { promise, resolve } = Promise.withResolvers<string>();
  return { log: pino({ base: null }, { write: (line: string) => resolve(line) }), line: promise };
}

function options(folder: string, clock: EnsureOptions["clock"], log: EnsureOptions["log"]): EnsureOptions {
  return { folder, hosts: ["localhost"], coverage: "exactly", clock, log };
}

test("a certificate is renewed while the process runs", async (t) => {
  const folder = await scratchFolder(t);
  const { clock, advance } = handClock();
  await ensureCertificates(options(folder, clock, pino({ level: "silent" })));
  const before = await readFile(join(folder, "tls.crt"), "utf8");
  const { log, line } = loggedOnce();
  t.after(keepCertificates(options(folder, clock, log)));
  advance(250 * dayMs);
  assert.match(await line, /its time is coming to an end/);
  assert.notEqual(await readFile(join(folder, "tls.crt"), "utf8"), before);
});

test("a folder that cannot be kept is logged", async (t) => {
  const { clock, advance } = handClock();
  const { log, line } = loggedOnce();
  t.after(keepCertificates(options("/dev/null/certs", clock, log)));
  advance(dayMs);
  assert.match(await line, /cannot renew the certificates/);
});

test("nothing is waited for once it is stopped", async (t) => {
  const { clock, pending } = handClock();
  const stop = keepCertificates(options(await scratchFolder(t), clock, pino({ level: "silent" })));
  stop();
  assert.equal(pending(), 0);
});
