import assert from "node:assert/strict";
import { test } from "node:test";
import { keepIdentity } from "../../src/kube/credentials.ts";
import { turnedClock } from "../support/turned-clock.ts";

function create() {
  const clock = turnedClock();
  const loads: boolean[] = [];
  let failure: Error | undefined;
  const kept = keepIdentity(async (fresh) => {
    loads.push(fresh);
    if (failure !== undefined) throw failure;
    return { headers: { authorization: `token ${loads.length}` }, tls: {} };
  }, clock);
  const token = async () => (await kept.current()).headers.authorization;
  return { clock, loads, kept, token, fail: (error?: Error) => void (failure = error) };
}

test("an identity is used for a minute and then read again", async () => {
  const { clock, token } = create();
  assert.equal(await token(), "token 1");
  clock.turn(59_999);
  assert.equal(await token(), "token 1");
  clock.turn(1);
  assert.equal(await token(), "token 2");
});

test("a refused identity is read again at once, past all caches", async () => {
  const { kept, loads, token } = create();
  await token();
  kept.forget();
  assert.equal(await token(), "token 2");
  assert.equal(await token(), "token 2");
  assert.deepEqual(loads, [false, true]);
});

test("an identity that cannot be read again is used on", async () => {
  const { clock, token, fail } = create();
  await token();
  fail(new Error("file is gone"));
  clock.turn(60_000);
  assert.equal(await token(), "token 1");
  fail();
  assert.equal(await token(), "token 3");
});

test("one that was never read is an error", async () => {
  const { token, fail } = create();
  fail(new Error("file is gone"));
  await assert.rejects(token(), /file is gone/);
  fail();
  assert.equal(await token(), "token 2");
});

test("questions at the same time read once", async () => {
  const { token } = create();
  assert.deepEqual(await Promise.all([token(), token()]), ["token 1", "token 1"]);
});
