import assert from "node:assert/strict";
import test from "node:test";
import fc from "fast-check";
import { authoritiesIn } from "../../../src/certs/cluster/bundle.ts";
import { complaintsOf, decide } from "../../../src/certs/cluster/decide.ts";
import { readLeaf } from "../../../src/certs/cluster/secrets.ts";
import { createWorld, secretOf, wishes, type World } from "./world.ts";

const { authorityMs, leafMs, settleMs } = wishes.lives;

function good(world: World) {
  const { authorities, leaves } = world.observe();
  if (authorities.state !== "good" || leaves.server.state !== "good" || leaves.scheduler.state !== "good")
    throw new Error("something is not good");
  return { ...authorities.content, server: leaves.server.content, scheduler: leaves.scheduler.content };
}

/** Lets time pass, with all that is to be done in between. */
function live(world: World, ms: number): void {
  const endMs = world.now + ms;
  for (let { waitMs } = world.settle(); world.now + waitMs < endMs; { waitMs } = world.settle()) world.pass(waitMs);
  world.pass(endMs - world.now);
  world.settle();
}

test("an empty cluster gets an authority, bundles and then certificates, all at once", () => {
  assert.deepEqual(createWorld().settle().steps, ["make-signer", "publish", "issue", "issue", "wait"]);
});

test("nothing is done until two thirds of a certificate's life", () => {
  const { waitMs } = createWorld().settle();
  // it begins a tenth of its life before it is made
  assert.equal(Math.round(waitMs / 1_000), Math.round((leafMs * 1.1 * 2) / 3 / 1_000) - leafMs / 10_000);
});

test("a successor is trusted at two thirds of an authority's life and signs at five sixths", () => {
  const world = createWorld();
  world.settle();
  const { signer } = good(world);
  live(world, authorityMs * 0.7);
  const { next } = good(world);
  assert.ok(next !== undefined && good(world).signer.x509.fingerprint256 === signer.x509.fingerprint256);
  assert.equal(authoritiesIn(world.observe().bundles[0] ?? "").length, 2);
  live(world, authorityMs * 0.15);
  assert.equal(good(world).signer.x509.fingerprint256, next.x509.fingerprint256);
  assert.ok(good(world).server.x509.verify(next.x509.publicKey));
});

test("a successor that is made late signs only once the API servers have had time to read of it", () => {
  const world = createWorld();
  world.settle();
  world.pass(authorityMs * 0.9);
  const { steps, waitMs } = world.settle();
  assert.deepEqual([steps, waitMs], [["make-next", "publish", "issue", "issue", "wait"], settleMs]);
  world.pass(waitMs);
  assert.deepEqual(world.settle().steps.slice(0, 3), ["promote-next", "issue", "issue"]);
});

test("an authority that signs no more leaves the bundles once all that it has signed has ended", () => {
  const world = createWorld();
  world.settle();
  live(world, authorityMs * 0.82);
  assert.equal(good(world).former.length, 1);
  live(world, leafMs);
  assert.equal(good(world).former.length, 0);
  assert.equal(authoritiesIn(world.observe().bundles[0] ?? "").length, 1);
});

test("where the authorities are lost, those that clients trust stay trusted, and the new one signs once it is trusted too", () => {
  const world = createWorld();
  world.settle();
  const before = good(world).server.x509.fingerprint256;
  world.loseAuthorities();
  assert.deepEqual(world.settle().steps, ["make-signer", "publish", "hand-bundle", "hand-bundle", "wait"]);
  assert.equal(good(world).server.x509.fingerprint256, before);
  live(world, settleMs);
  assert.ok(good(world).server.x509.verify(good(world).signer.x509.publicKey));
});

test("an authority that has ended while nobody looked is replaced", () => {
  const world = createWorld();
  world.settle();
  world.pass(2 * authorityMs);
  assert.deepEqual(world.settle().steps, ["make-signer", "publish", "issue", "issue", "wait"]);
});

test("a clock that went back far behind what was made gets all made anew", () => {
  const world = createWorld();
  world.settle();
  world.pass(-authorityMs);
  world.settle();
  assert.ok(good(world).server.x509.validFromDate.getTime() <= world.now);
});

test("a Secret of the authority's name that is not ours stays as it is", () => {
  const observed = createWorld().observe();
  const because = "somebody else's";
  assert.deepEqual(decide({ ...observed, authorities: { state: "foreign", because } }, wishes, 0), {
    do: "refuse",
    because,
  });
});

test("a Secret of a certificate's name that is not ours is told of, and the others are kept", () => {
  const world = createWorld();
  world.settle();
  const found = readLeaf(secretOf("nativestor-scheduler", { "tls.crt": "x" }, {}));
  const observed = { ...world.observe(), leaves: { ...world.observe().leaves, scheduler: found } };
  assert.equal(decide(observed, wishes, world.now).do, "wait");
  assert.match(complaintsOf(observed).join(), /the Secret ns\/nativestor-scheduler was not made by nativestor/);
});

test("new hosts are certified by the next look", () => {
  const world = createWorld();
  world.settle();
  world.changeHosts("other.ns.svc");
  assert.deepEqual(world.settle().steps, ["issue", "wait"]);
});

const harm = fc.constantFrom<((world: World) => void)[]>(
  (world) => world.loseAuthorities(),
  (world) => world.garbleAuthorities(),
  (world) => world.loseLeaf("server"),
  (world) => world.garbleLeaf("server"),
  (world) => world.loseLeaf("scheduler"),
  (world) => world.garbleLeaf("scheduler"),
  (world) => world.emptyBundle(),
  (world) => world.newLeader(),
  // nobody looks after them for long
  (world) => world.pass(authorityMs / 3),
  (world) => world.pass(authorityMs),
  (world) => world.changeHosts("other.ns.svc"),
);

test("whatever is lost or garbled, at any time, every certificate that may be shown is one that every API server accepts", () => {
  const happening = fc.record({ afterMs: fc.integer({ min: 0, max: authorityMs / 3 }), harm });
  fc.assert(
    fc.property(fc.array(happening, { minLength: 1, maxLength: 12 }), (history) => {
      const world = createWorld();
      const check = () => {
        const { waitMs, steps } = world.settle();
        assert.ok(waitMs > 0 && steps.length <= 12);
        assert.deepEqual(world.refused(), []);
        return waitMs;
      };
      check();
      for (const { afterMs, harm: happens } of history) {
        const untilMs = world.now + afterMs;
        for (let waitMs = check(); world.now + waitMs < untilMs; waitMs = check()) world.pass(waitMs);
        world.pass(untilMs - world.now);
        happens(world);
        check();
      }
      world.pass(settleMs);
      check();
      const { server } = good(world);
      assert.ok(world.now < server.x509.validToDate.getTime());
    }),
    { numRuns: 20 },
  );
});
