import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { createMarks } from "../../../src/csi/filesystem/marks.ts";

test("a mark is there from set to clear, also for who comes after", async () => {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-marks-"));
  try {
    const marks = createMarks(join(folder, "marks"));
    assert.equal(await marks.has("v1"), false);
    await marks.set("v1");
    assert.equal(await createMarks(join(folder, "marks")).has("v1"), true);
    assert.equal(await marks.has("v2"), false);
    await marks.clear("v1");
    assert.equal(await marks.has("v1"), false);
  } finally {
    await rm(folder, { recursive: true });
  }
});
