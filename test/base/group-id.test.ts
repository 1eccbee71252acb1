import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { groupId } from "../../src/base/group-id.ts";

test("a group's number is found by its name", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-group-"));
  t.after(() => rm(folder, { recursive: true }));
  const file = join(folder, "group");
  await writeFile(file, "root:x:0:\ndisk:x:6:\ndis:x:7:\nodd:x::\n");
  assert.equal(await groupId("disk", file), 6);
  await assert.rejects(groupId("di", file), /no group "di"/);
  await assert.rejects(groupId("odd", file), /no group "odd"/);
});

test("a group's number is taken as it is, also where no file names it", async () => {
  assert.equal(await groupId("1234", "/does/not/exist"), 1234);
  await assert.rejects(groupId("disk", "/does/not/exist"), /no group "disk"/);
});
