import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger, type Ledger } from "../../src/capacity/reservations/ledger.ts";
import { type HistoryOptions, runHistory } from "./model/history.ts";

/** Runs histories with a ledger until one has a complaint of this kind. */
function finds(
  complaint: RegExp,
  create: () => Ledger,
  histories: number,
  options: Partial<HistoryOptions> = {},
): boolean {
  for (let seed = 1; seed <= histories; seed += 1)
    if (runHistory({ ...options, seed, createLedger: create }).complaints.some((one) => complaint.test(one)))
      return true;
  return false;
}

const overcommitted = /no room for/;

test("the model finds a ledger that holds nothing before the choice is visible", () => {
  const wrong = () => createLedger({ bounds: { inFlightMs: 0 } });
  assert.ok(finds(overcommitted, wrong, 50));
});

test("the model finds a ledger that forgets a claim once its node is chosen", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const claim: Ledger["claim"] = (uid, key, trace, nowMs) =>
      ledger.claim(uid, key, trace && { ...trace, bytes: 0n }, nowMs);
    return { ...ledger, claim };
  };
  assert.ok(finds(overcommitted, wrong, 50));
});

test("the model finds a ledger that forgets a volume before its node's figures count it", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const volume: Ledger["volume"] = (name, trace, nowMs) =>
      ledger.volume(name, trace && { ...trace, wantedBytes: 0n, counted: undefined, ageMs: Infinity }, nowMs);
    return { ...ledger, volume };
  };
  assert.ok(finds(overcommitted, wrong, 50));
});

test("the model finds a ledger that takes TopoLVM's figures to count what has just been made", () => {
  const wrong = () => createLedger({ bounds: { settleMs: 0 } });
  assert.ok(finds(overcommitted, wrong, 300));
});

test("the model finds a ledger whose bound takes no account of a scheduler that is behind with its writes", () => {
  const wrong = () => createLedger({ bounds: { longestInFlightMs: 2_000 } });
  assert.ok(finds(overcommitted, wrong, 1_000));
});

test("the model finds a service that does not notice that the API server takes its time over writes", () => {
  assert.ok(finds(overcommitted, createLedger, 1_000, { isBlind: true }));
});

test("the model finds a replica that takes over without waiting for what its predecessor promised", () => {
  const wrong = (): Ledger => ({ ...createLedger(), isTakingOver: () => false });
  assert.ok(finds(overcommitted, wrong, 200, { isRestless: true }));
  assert.equal(finds(/./, createLedger, 200, { isRestless: true }), false);
});

test("the model finds a ledger that never lets go of a claim that is gone", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const claim: Ledger["claim"] = (uid, key, trace, nowMs) => trace && ledger.claim(uid, key, trace, nowMs);
    return { ...ledger, claim };
  };
  assert.ok(finds(/held at rest/, wrong, 200));
});

test("the model finds a policy that never narrows: pods that fit then wait for long", () => {
  const wrong = () => createLedger({ policy: ({ fitting }) => fitting });
  const longestMs = Array.from({ length: 500 }, (_, at) =>
    Math.max(0, ...runHistory({ seed: at + 1, isSmooth: true, createLedger: wrong }).waitsMs),
  );
  assert.ok(Math.max(...longestMs) > 4_000);
});

test("the model finds a service that takes a claim for the one that had its name before", () => {
  assert.ok(finds(overcommitted, createLedger, 3_000, { trusts: true }));
});

test("the model finds a ledger that holds nothing for what no pod waits for until it is seen", () => {
  const wrong = () => createLedger({ bounds: { grantedMs: 0 } });
  assert.ok(finds(overcommitted, wrong, 500));
});

test("the model finds a controller that does not know of what the scheduler was answered a moment ago", () => {
  assert.ok(finds(overcommitted, createLedger, 500, { isApart: true }));
});

test("the model finds a ledger in which a growth counts only once it has happened", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const volume: Ledger["volume"] = (name, trace, nowMs) =>
      ledger.volume(name, trace && { ...trace, wantedBytes: trace.currentBytes ?? trace.wantedBytes }, nowMs);
    const reserve: Ledger["reserve"] = (wish, nodes, moment) =>
      wish.isNew ? ledger.reserve(wish, nodes, moment) : { node: [...(wish.possible ?? [])][0] ?? "" };
    return { ...ledger, volume, reserve };
  };
  assert.ok(finds(overcommitted, wrong, 500));
});
