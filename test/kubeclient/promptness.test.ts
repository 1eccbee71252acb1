import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { KubeAccess } from "../../src/kube/access.ts";
import { KubeError } from "../../src/kube/errors.ts";
import { startPromptness } from "../../src/kube/promptness.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";

function start(t: TestContext, isWanted = true) {
  const questions: string[] = [];
  let open = Promise.withResolvers<unknown>();
  const access: KubeAccess = {
    server: "test",
    request: (path, { query } = {}) => {
      questions.push(`${path} ${JSON.stringify(query)}`);
      open = Promise.withResolvers<unknown>();
      return open.promise;
    },
    open: () => Promise.reject(new Error("not asked for")),
    close: async () => undefined,
  };
  const clock = turnedClock();
  const promptness = startPromptness(access, "/api/v1/things", clock, () => isWanted);
  t.after(() => promptness.close());
  const asked = (count: number) => {
    clock.turn(250);
    assert.equal(questions.length, count);
  };
  const answer = async (status = 200) => {
    if (status < 300) open.resolve({});
    else open.reject(new KubeError(status, "no"));
    await eventually("the next question waits", () => clock.pending === 1);
  };
  return { promptness, clock, asked, answer, questions };
}

test("the store is asked for one object, and an answer at once is prompt", async (t) => {
  const { promptness, asked, answer, questions } = start(t);
  asked(1);
  assert.deepEqual(questions, ['/api/v1/things {"limit":1}']);
  await answer();
  asked(2);
  await answer();
  assert.equal(promptness.isSlow, false);
});

test("an answer that stays away makes it slow, and it is so for a moment after the answer", async (t) => {
  const { promptness, clock, asked, answer } = start(t);
  asked(1);
  clock.turn(500);
  assert.equal(promptness.isSlow, false);
  clock.turn(1);
  assert.equal(promptness.isSlow, true);
  await answer();
  assert.equal(promptness.isSlow, true);
  asked(2);
  await answer();
  clock.turn(249);
  assert.equal(promptness.isSlow, true);
  clock.turn(1);
  assert.equal(promptness.isSlow, false);
});

test("a refusal is an answer, and a failure is none", async (t) => {
  const { promptness, asked, answer } = start(t);
  asked(1);
  await answer(403);
  assert.equal(promptness.isSlow, false);
  asked(2);
  await answer(500);
  assert.equal(promptness.isSlow, true);
});

test("where nobody wants to know nothing is asked", async (t) => {
  const { clock, questions } = start(t, false);
  for (let time = 0; time < 3; time += 1) {
    clock.turn(250);
    await eventually("the next look waits", () => clock.pending === 1);
  }
  assert.deepEqual(questions, []);
});
