import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { openJournal } from "../../src/lvmd/lvm/journal.ts";

const intent = { id: "0123456789abcdef", group: "vg", volume: "a", kind: "create" } as const;

async function folder() {
  const path = await mkdtemp(join(tmpdir(), "journal-"));
  return { path: join(path, "new"), [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}

test("what was begun and not ended is found by the next process", async () => {
  await using place = await folder();
  await openJournal(place.path, silentLogger).begin(intent);
  assert.deepEqual(await openJournal(place.path, silentLogger).unfinished(), [intent]);
});

test("what was ended is not found", async () => {
  await using place = await folder();
  const journal = openJournal(place.path, silentLogger);
  await journal.begin(intent);
  await journal.end(intent);
  assert.deepEqual(await journal.unfinished(), []);
});

test("a folder that was never there holds nothing", async () => {
  await using place = await folder();
  assert.deepEqual(await openJournal(place.path, silentLogger).unfinished(), []);
});

test("files that are damaged are passed over and left", async () => {
  await using place = await folder();
  const journal = openJournal(place.path, silentLogger);
  await journal.begin(intent);
  for (const [name, text] of Object.entries({
    a: "",
    b: "{",
    c: '{"id":"../../x","group":"vg","volume":"a","kind":"create"}',
    d: '{"id":"0123456789abcdef","group":"vg","volume":"a","kind":"burn"}',
  }))
    await writeFile(join(place.path, `${name}.intent.json`), text);
  assert.deepEqual(await journal.unfinished(), [intent]);
});

test("ending twice is ending once", async () => {
  await using place = await folder();
  const journal = openJournal(place.path, silentLogger);
  await journal.begin(intent);
  await journal.end(intent);
  await assert.doesNotReject(journal.end(intent));
});
