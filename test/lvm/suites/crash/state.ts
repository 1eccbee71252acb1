import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { BundledDaemon } from "../support/bundled-daemon.ts";
import { sh } from "../host.ts";
import { firstDifference } from "./pattern.ts";
import { classNames, groupOf, type Kept } from "./workload.ts";

/** A volume of LVM's own report. */
interface Row {
  readonly name: string;
  readonly uuid: string;
  readonly sizeBytes: number;
  readonly device: string;
  readonly pool: string;
  readonly tags: readonly string[];
}

/** What is nobody's but ours: name to identity. */
export type Foreign = ReadonlyMap<string, string>;

export function rowsOf(group: string): Row[] {
  const columns = "lv_name,lv_uuid,lv_size,lv_kernel_major,lv_kernel_minor,pool_lv,lv_tags";
  const text = sh("lvs", "--noheadings", "--nosuffix", "--units", "b", "--separator", "|", "-o", columns, group);
  return text.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const [name = "", uuid = "", size, major, minor, pool = "", tags = ""] = line.trim().split("|");
    return [{ name, uuid, sizeBytes: Number(size), device: `${major}:${minor}`, pool, tags: tags.split(",") }];
  });
}

/** Compares what LVM and the kernel have with what is wanted, byte for byte, and with what the daemon tells. */
export async function compare(
  wanted: ReadonlyMap<string, Kept>,
  foreign: Foreign,
  daemon: BundledDaemon,
  folder: string,
): Promise<void> {
  await settled();
  const rows = ["vg", "vg2"].flatMap((group) => rowsOf(group).map((row) => ({ group, ...row })));
  assert.deepEqual(rows.map(({ name }) => name).sort(), [...wanted.keys(), ...foreign.keys()].sort());
  for (const row of rows) {
    const kept = wanted.get(row.name);
    if (kept === undefined) {
      assert.equal(row.uuid, foreign.get(row.name), `${row.name} is another one`);
      continue;
    }
    assert.equal(row.group, groupOf[kept.deviceClass], row.name);
    assert.equal(row.sizeBytes, kept.sizeBytes, `${row.name}'s size`);
    assert.equal(row.pool, kept.deviceClass === "thin" ? "pool" : "", row.name);
    assert.ok(row.tags.includes(`of-${row.name}`), `${row.name}'s tags`);
    checkDevice(row.name, row.group, row.device, kept.sizeBytes);
  }
  for (const name of foreign.keys())
    if (name !== "pool") assert.equal(firstDifference(`/dev/vg/${name}`, name, 4 << 20), undefined, name);
  checkDevices(rows.length);
  await checkTold(wanted, daemon);
  assert.deepEqual(
    readdirSync(join(folder, "state")).filter((name) => name.endsWith(".json")),
    [],
  );
}

/** Resolves when removed volumes are wiped and nothing is left of copies. @throws where that takes longer than it may */
async function settled(): Promise<void> {
  const isRest = ({ name, tags }: Row) => name.startsWith("nativestor-") || tags.includes("nativestor.copying");
  const endMs = performance.now() + 60_000;
  for (;;) {
    const rests = ["vg", "vg2"].flatMap((group) => rowsOf(group).filter(isRest));
    if (rests.length === 0) return;
    if (performance.now() > endMs) assert.fail(`rests that nobody takes away: ${rests.map(({ name }) => name).join()}`);
    await setTimeout(250);
  }
}

function checkDevice(name: string, group: string, device: string, sizeBytes: number): void {
  const read = (path: string) => readFileSync(`/sys/dev/block/${device}/${path}`, "utf8").trim();
  assert.equal(Number(read("size")) * 512, sizeBytes, `${name}'s device`);
  assert.equal(read("dm/suspended"), "0", `${name} is suspended`);
  assert.equal(firstDifference(`/dev/${group}/${name}`, name, sizeBytes), undefined, `${name}'s content`);
}

/** Devices that no volume has are leaks, too: the pool has three more, of its own. */
function checkDevices(volumes: number): void {
  const devices = sh("dmsetup", "ls").split("\n").filter(Boolean);
  assert.equal(devices.length, volumes + 3, devices.join());
}

async function checkTold(wanted: ReadonlyMap<string, Kept>, daemon: BundledDaemon): Promise<void> {
  for (const deviceClass of classNames) {
    const { volumes } = await daemon.client.groups.getLVList({ deviceClass });
    const told = volumes.map(({ name, sizeBytes }) => [name, Number(sizeBytes)]);
    const ours = [...wanted].filter(([, kept]) => kept.deviceClass === deviceClass);
    for (const [name, { sizeBytes }] of ours)
      assert.ok(
        told.some(([one, size]) => one === name && size === sizeBytes),
        `${name} is not told`,
      );
  }
}
