import assert from "node:assert/strict";
import { test } from "node:test";
import { silentLogger } from "../../../src/base/log.ts";
import { untilAnswered } from "../../../src/cli/agent/until-answered.ts";
import { untilStopped } from "../../../src/cli/agent/until-stopped.ts";
import { eventually } from "../../support/eventually.ts";
import { turnedClock } from "../../support/turned-clock.ts";

test("what fails at first is tried until it succeeds", async () => {
  const clock = turnedClock();
  let tries = 0;
  const attempt = async () => {
    tries += 1;
    if (tries < 4) throw new Error("not yet");
    return "done";
  };
  const answer = untilAnswered(attempt, { clock, log: silentLogger, signal: new AbortController().signal });
  await eventually("the fourth try", () => {
    clock.turn(100);
    return tries === 4;
  });
  assert.equal(await answer, "done");
});

test("a stop ends the waiting", async () => {
  const clock = turnedClock();
  const stop = new AbortController();
  const attempt = async () => {
    throw new Error("never");
  };
  const answer = untilAnswered(attempt, { clock, log: silentLogger, signal: stop.signal });
  await eventually("a wait", () => clock.pending === 1);
  stop.abort();
  assert.equal(await answer, undefined);
});

test("a stop that came before is seen too", async () => {
  await untilStopped(AbortSignal.abort());
  const stop = new AbortController();
  const stopped = untilStopped(stop.signal);
  stop.abort();
  await stopped;
});
