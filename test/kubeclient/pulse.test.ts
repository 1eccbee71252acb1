import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { startPulse } from "../../src/kube/pulse.ts";
import { eventually } from "../support/eventually.ts";
import { turnedClock } from "../support/turned-clock.ts";
import { accessTo, serve } from "./support.ts";

async function start(t: TestContext, statusOf: () => number | undefined) {
  let asked = 0;
  const url = await serve(t, (_, response) => {
    asked += 1;
    const status = statusOf();
    if (status !== undefined) response.writeHead(status).end("{}");
  });
  const clock = turnedClock();
  let lost = 0;
  const pulse = startPulse(accessTo(t, url, { clock }), clock, () => void (lost += 1));
  t.after(() => pulse.close());
  // answered, and the next beat is due
  const beat = async (count: number) => {
    clock.turn(5_000);
    await eventually(`beat ${count}`, () => asked === count);
  };
  return { pulse, clock, beat, asked: () => asked, lost: () => lost };
}

test("an answer every five seconds is a contact", async (t) => {
  const { pulse, clock, beat } = await start(t, () => 200);
  assert.equal(pulse.lastContactMs, undefined);
  await beat(1);
  await eventually("contact", () => pulse.lastContactMs === clock.monotonic());
});

test("a refusal is a contact too, and an answer of a balancer for nobody is none", async (t) => {
  let status = 403;
  const { pulse, clock, beat, lost } = await start(t, () => status);
  await beat(1);
  await eventually("contact", () => pulse.lastContactMs === clock.monotonic());
  const before = pulse.lastContactMs;
  status = 503;
  await eventually("the next beat waits", () => clock.pending === 1);
  await beat(2);
  await eventually("the next beat waits", () => clock.pending === 1);
  await beat(3);
  await eventually("the loss", () => lost() === 1);
  assert.equal(pulse.lastContactMs, before);
});

test("a server that does not answer is lost within 26 s", async (t) => {
  const { clock, beat, lost } = await start(t, () => undefined);
  await beat(1);
  clock.turn(8_000);
  await eventually("the next beat waits", () => clock.pending === 1);
  assert.equal(lost(), 0);
  await beat(2);
  clock.turn(8_000);
  await eventually("the loss", () => lost() === 1);
});

test("a closed pulse asks no more", async (t) => {
  const { pulse, clock, asked } = await start(t, () => 200);
  pulse.close();
  clock.turn(60_000);
  assert.equal(clock.pending, 0);
  assert.equal(asked(), 0);
});
