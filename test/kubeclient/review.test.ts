import assert from "node:assert/strict";
import test from "node:test";
import type { KubeAccess } from "../../src/kube/access.ts";
import { createReviewer } from "../../src/kube/review.ts";
import { turnedClock } from "../support/turned-clock.ts";

interface Asked {
  readonly path: string;
  readonly spec: Readonly<Record<string, unknown>>;
}

/** An API server that knows the tokens `reader` and `other`, of which the first may read. */
function knowing(fails: () => boolean = () => false) {
  const asked: Asked[] = [];
  const access: KubeAccess = {
    server: "test",
    request: async (path, request) => {
      const { spec } = (request ?? {}).body as Asked;
      asked.push({ path, spec });
      if (fails()) throw new Error("away");
      if (path.endsWith("tokenreviews"))
        return {
          status: { authenticated: ["reader", "other"].includes(String(spec.token)), user: { username: spec.token } },
        };
      return { status: { allowed: spec.user === "reader" } };
    },
    open: () => Promise.reject(new Error("not asked for")),
    close: async () => undefined,
  };
  return { access, asked };
}

test("a token whose owner may read is let through, after both questions", async () => {
  const { access, asked } = knowing();
  assert.deepEqual(await createReviewer(access, turnedClock()).review("reader", "/metrics"), { allowed: true });
  assert.deepEqual(asked[1]?.spec.nonResourceAttributes, { path: "/metrics", verb: "get" });
});

test("a token that nobody knows is 401", async () => {
  const { access } = knowing();
  const verdict = await createReviewer(access, turnedClock()).review("invented", "/metrics");
  assert.deepEqual(verdict, { allowed: false, status: 401, reason: "the API server does not know this token" });
});

test("a token whose owner may not read is 403, and he is named", async () => {
  const { access } = knowing();
  const verdict = await createReviewer(access, turnedClock()).review("other", "/ledger");
  assert.deepEqual(verdict, { allowed: false, status: 403, reason: "other may not get the nonResourceURL /ledger" });
});

test("an answer counts for a minute and for its path", async () => {
  const { access, asked } = knowing();
  const clock = turnedClock();
  const reviewer = createReviewer(access, clock);
  await reviewer.review("reader", "/metrics");
  await reviewer.review("reader", "/metrics");
  assert.equal(asked.length, 2);
  await reviewer.review("reader", "/ledger");
  assert.equal(asked.length, 4);
  clock.turn(60_000);
  await reviewer.review("reader", "/metrics");
  assert.equal(asked.length, 6);
});

test("where the API server does not answer nothing is known, and it is asked again", async () => {
  let isAway = true;
  const reviewer = createReviewer(knowing(() => isAway).access, turnedClock());
  await assert.rejects(reviewer.review("reader", "/metrics"), /away/);
  isAway = false;
  assert.deepEqual(await reviewer.review("reader", "/metrics"), { allowed: true });
});

test("tokens that are invented one after the other are no flood at the API server", async () => {
  const { access, asked } = knowing();
  const reviewer = createReviewer(access, turnedClock());
  const all = await Promise.allSettled(Array.from({ length: 100 }, (_, at) => reviewer.review(`t${at}`, "/metrics")));
  assert.equal(all.filter(({ status }) => status === "rejected").length, 92);
  assert.equal(asked.length, 8);
});
