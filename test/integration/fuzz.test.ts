import assert from "node:assert/strict";
import { test } from "node:test";
import { fuzz } from "../fuzz/fuzz.ts";

test("20,000 random mutations of real requests are answered with a reason or rightly, and leave the service well", async () => {
  const report = await fuzz(20_000, 20_261_124);
  assert.deepEqual(report.findings, []);
  assert.equal(report.sent, 20_000);
  assert.ok(report.isWell);
  // the mutations are worth something: every path was refused and answered
  const statuses = [...report.answers.keys()];
  for (const path of [
    "/filter",
    "/predicate",
    "/prioritize",
    "/pod/mutate",
    "/pvc/validate",
    "/storageclass/validate",
  ]) {
    assert.ok(statuses.includes(`${path} 200`) && statuses.includes(`${path} 400`), path);
  }
});
