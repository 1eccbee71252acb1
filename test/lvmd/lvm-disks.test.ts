import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import { EventEmitter, once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLogger } from "../../src/base/log.ts";
import { type Due, watchDisks } from "../../src/lvmd/lvm/disks.ts";
import type { GroupReport, VolumeReport } from "../../src/lvmd/lvm/report/group.ts";
import { scratch } from "./serving.ts";

type DueOf = (known: GroupReport | undefined) => Promise<Due>;

const group = "a".repeat(32);
const volume = "b".repeat(32);
const withHyphens = (id: string) => `${id.slice(0, 6)}-${id.slice(6)}`;

/** A group that has the volume, active or not. */
function known(isActive: boolean): GroupReport {
  const entry = { uuid: withHyphens(volume), name: "v1", major: isActive ? 254 : -1 } as VolumeReport;
  return { uuid: withHyphens(group), volumes: [entry] } as unknown as GroupReport;
}

const activeLink = `dm-uuid-LVM-${group}${volume}`;

/** A folder of links, in which those of `before` are from the start. */
async function watched(t: TestContext, before: readonly string[] = []) {
  const folder = await scratch(t);
  for (const name of before) await writeFile(join(folder, name), "");
  const events = new EventEmitter();
  t.after(watchDisks(folder, (dueOf) => events.emit("change", dueOf), silentLogger));
  /** Writes a link until something is told, as nothing tells when the watch has begun. */
  const write = async (name: string): Promise<DueOf> => {
    const told: DueOf[] = [];
    const listen = (dueOf: DueOf) => void told.push(dueOf);
    events.on("change", listen);
    for (let count = 0; told.length === 0; count++) {
      await writeFile(join(folder, name), String(count));
      await new Promise(setImmediate);
    }
    events.off("change", listen);
    return async (report) => (await Promise.all(told.map((dueOf) => dueOf(report)))).find((due) => due !== undefined);
  };
  return { folder, events, write };
}

test("a disk that comes has every group looked at", async (t) => {
  const { write } = await watched(t);
  const dueOf = await write("lvm-pv-uuid-x");
  assert.equal(await dueOf(undefined), "all");
});

test("a link to a disk that is written anew is no news, one that goes is", async (t) => {
  const { folder, events, write } = await watched(t, ["lvm-pv-uuid-x"]);
  await write(activeLink);
  let count = 0;
  events.on("change", () => count++);
  await writeFile(join(folder, "lvm-pv-uuid-x"), "anew");
  const told = once(events, "change");
  await rm(join(folder, "lvm-pv-uuid-x"));
  const [dueOf] = (await told) as [DueOf];
  assert.equal(await dueOf(undefined), "all");
  assert.equal(count, 1);
});

test("of a volume that somebody activates the device is looked at, unless that is known", async (t) => {
  const { write } = await watched(t);
  const dueOf = await write(activeLink);
  assert.deepEqual(await dueOf(known(false)), ["v1"]);
  assert.equal(await dueOf(known(true)), undefined);
  assert.equal(await dueOf({ ...known(false), uuid: "other" }), undefined);
});

test("of a volume that nobody knew yet what its group's metadata tells is due", async (t) => {
  const { write } = await watched(t);
  const dueOf = await write(activeLink);
  assert.deepEqual(await dueOf({ ...known(false), volumes: [] }), []);
});
