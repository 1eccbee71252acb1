import assert from "node:assert/strict";
import { rmSync } from "node:fs";
import { after, before, test } from "node:test";
import { systemClock } from "../../../src/base/clock.ts";
import { silentLogger } from "../../../src/base/log.ts";
import { type GroupKeeper, keepGroup } from "../../../src/lvmd/lvm/keeper.ts";
import { copiesFolder, readCopy } from "../../../src/lvmd/lvm/metadata/folder.ts";
import type { GroupReport } from "../../../src/lvmd/lvm/report/group.ts";
import { lvmCommand } from "../../../src/lvmd/lvm/run/command.ts";
import type { LvmRunner } from "../../../src/lvmd/lvm/run/outcome.ts";
import { createRunner } from "../../../src/lvmd/lvm/run/runner.ts";
import { makeGroup, sh } from "./host.ts";

/** Commands that only looked, since the last change. */
let looks: string[] = [];
let runner: LvmRunner;
let kept: GroupKeeper;
let fresh: GroupKeeper;

before(async () => {
  makeGroup("vg", "bcd");
  const command = lvmCommand([], process.env, { devices: [], devicesFile: undefined, settings: [] });
  runner = createRunner({ command, clock: systemClock, log: silentLogger, shell: true, readLimitMs: 30_000 });
  const folder = copiesFolder([], undefined);
  const counted: LvmRunner = {
    ...runner,
    read: (args) => {
      looks.push(args[0] ?? "");
      return runner.read(args);
    },
  };
  kept = keepGroup({ name: "vg", runner: counted, readCopy: () => readCopy(folder, "vg"), onRead: () => {} });
  fresh = keepGroup({ name: "vg", runner, readCopy: async () => undefined, onRead: () => {} });
  await kept.read();
});
after(() => runner.close());

// udev opens devices for a moment whenever it likes
function settled(group: GroupReport | undefined) {
  return (
    group && {
      ...group,
      volumes: group.volumes.map(({ attr, attributes, ...volume }) => ({
        ...volume,
        attr: `${attr.slice(0, 5)}?${attr.slice(6)}`,
        attributes: { ...attributes, open: undefined },
      })),
    }
  );
}

/** What is kept is what a report of the whole group tells, and no such report was needed for it. */
async function compare(): Promise<void> {
  assert.deepEqual(settled(kept.known), settled(await fresh.read()));
  assert.deepEqual(
    looks.filter((command) => command === "fullreport"),
    [],
  );
}

async function ours(command: string): Promise<void> {
  looks = [];
  const { outcome } = await kept.change(command.split(" "));
  assert.deepEqual(outcome.messages, []);
  assert.equal(outcome.status, 0);
  await compare();
}

async function others(command: string): Promise<void> {
  looks = [];
  const [program = "", ...args] = command.split(" ");
  sh(program, ...args);
  await kept.catchUp();
  await compare();
}

for (const command of [
  "lvcreate -y -Wy -n plain -L 40m --addtag nativestor.op=0123456789abcdef --addtag of-plain vg",
  "lvcreate -y -Wy -n other -L 8m vg",
  "lvcreate -y -n striped -i 2 -L 16m vg",
  "lvcreate -y -n mirrored --type raid1 -m1 --nosync -L 16m vg",
  "lvcreate -y -s -n snap -L 8m -p r vg/plain",
  "lvcreate -y --type thin-pool -L 64m --poolmetadatasize 4m -n pool vg",
  "lvcreate -y -n thin -V 32m --thinpool pool vg",
  "lvcreate -y -s -kn -n thinsnap vg/thin",
  "lvextend -y -L 32m vg/striped",
  "lvextend -y -L 60m vg/other",
  "lvextend -y -L 48m vg/thinsnap",
  "lvextend -y -L 16m vg/snap",
  "lvextend -y -L 96m vg/pool",
  "lvextend -y --poolmetadatasize 8m vg/pool",
  "lvremove -y vg/other",
  "lvremove -y vg/thin",
  "lvrename -y vg striped nativestor-removed-1",
  "lvconvert -y --splitsnapshot vg/snap",
  "lvchange -y -p rw vg/snap",
  "lvchange -y --deltag of-plain vg/plain",
  "lvchange -y --refresh vg/plain",
  "lvchange -y -a n vg/snap",
  "lvchange -y -a y vg/snap",
  "lvremove -y vg/mirrored",
])
  test(`after ${command} of ours what is kept is what the whole report tells`, () => ours(command));

for (const command of [
  "lvcreate -q -y -n foreign -L 8m vg",
  "lvextend -q -y -L 12m vg/foreign",
  "lvcreate -q -y -s -n foreign-snap -L 4m vg/foreign",
  "lvrename -q vg plain renamed",
  "lvcreate -q -y -n foreign-thin -V 16m --thinpool pool vg",
  "lvremove -q -y vg/foreign",
])
  test(`after somebody else's ${command} it is, too`, () => others(command));

test("two changes by others and one of ours between two looks are all taken in", async () => {
  sh("lvcreate", "-q", "-y", "-n", "before", "-L", "8m", "vg");
  sh("lvremove", "-q", "-y", "vg/foreign-thin");
  await ours("lvcreate -y -Wy -n mine -L 8m vg");
});

test("a disk that is taken in, and one that may not be used, are read with the whole group", async () => {
  sh("pvchange", "-q", "-xn", "/dev/ubdd");
  looks = [];
  const group = await kept.catchUp();
  assert.ok(looks.includes("fullreport"));
  assert.deepEqual(settled(group), settled(await fresh.read()));
  assert.deepEqual(new Set(group.freeRuns.map(({ disk }) => disk)).has("/dev/ubdd"), false);
});

test("where the copy is lost the whole group is read, upon which lvm writes another one", async () => {
  rmSync("/etc/lvm/backup/vg");
  looks = [];
  await kept.catchUp();
  assert.ok(looks.includes("fullreport"));
  await ours("lvcreate -y -Wy -n last -L 8m vg");
});
