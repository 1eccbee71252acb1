import assert from "node:assert/strict";
import { test } from "node:test";
import { createLedger, type Ledger } from "../../src/capacity/reservations/ledger.ts";
import { type HistoryOptions, runHistory } from "./model/history.ts";

/** Complaints of many histories with a ledger. */
function complaintsOf(create: () => Ledger, histories: number, options: Partial<HistoryOptions> = {}): string[] {
  return Array.from({ length: histories }, (_, at) =>
    runHistory({ ...options, seed: at + 1, createLedger: create }),
  ).flatMap(({ complaints }) => complaints);
}

const overcommitted = /no room for/;

test("the model finds a ledger that holds nothing before the choice is visible", () => {
  const wrong = () => createLedger({ bounds: { inFlightMs: 0 } });
  assert.match(complaintsOf(wrong, 50).join("\n"), overcommitted);
});

test("the model finds a ledger that forgets a claim once its node is chosen", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const claim: Ledger["claim"] = (uid, key, trace, nowMs) =>
      ledger.claim(uid, key, trace && { ...trace, bytes: 0n }, nowMs);
    return { ...ledger, claim };
  };
  assert.match(complaintsOf(wrong, 50).join("\n"), overcommitted);
});

test("the model finds a ledger that forgets a volume before its node's figures count it", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const volume: Ledger["volume"] = (name, trace, nowMs) =>
      ledger.volume(name, trace && { ...trace, wantedBytes: 0n, counted: undefined, ageMs: Infinity }, nowMs);
    return { ...ledger, volume };
  };
  assert.match(complaintsOf(wrong, 50).join("\n"), overcommitted);
});

test("the model finds a ledger that takes TopoLVM's figures to count what has just been made", () => {
  const wrong = () => createLedger({ bounds: { settleMs: 0 } });
  assert.match(complaintsOf(wrong, 300).join("\n"), overcommitted);
});

test("the model finds a ledger whose bound takes no account of a scheduler that is behind with its writes", () => {
  const wrong = () => createLedger({ bounds: { longestInFlightMs: 2_000 } });
  assert.match(complaintsOf(wrong, 1_000).join("\n"), overcommitted);
});

test("the model finds a replica that takes over without waiting for what its predecessor promised", () => {
  const wrong = (): Ledger => ({ ...createLedger(), isTakingOver: () => false });
  assert.match(complaintsOf(wrong, 200, { isRestless: true }).join("\n"), overcommitted);
  assert.deepEqual(complaintsOf(createLedger, 200, { isRestless: true }), []);
});

test("the model finds a ledger that never lets go of a claim that is gone", () => {
  const wrong = (): Ledger => {
    const ledger = createLedger();
    const claim: Ledger["claim"] = (uid, key, trace, nowMs) => trace && ledger.claim(uid, key, trace, nowMs);
    return { ...ledger, claim };
  };
  assert.match(complaintsOf(wrong, 200).join("\n"), /held at rest/);
});

test("the model finds a policy that never narrows: pods that fit then wait for long", () => {
  const wrong = () => createLedger({ policy: ({ fitting }) => fitting });
  const longestMs = Array.from({ length: 500 }, (_, at) =>
    Math.max(0, ...runHistory({ seed: at + 1, isSmooth: true, createLedger: wrong }).waitsMs),
  );
  assert.ok(Math.max(...longestMs) > 4_000);
});
