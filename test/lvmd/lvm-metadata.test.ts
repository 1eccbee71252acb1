import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import fc from "fast-check";
import { keepGroup } from "../../src/lvmd/lvm/keeper.ts";
import { cutCopy, type MetadataCopy, visibleIn } from "../../src/lvmd/lvm/metadata/copy.ts";
import { disksIn } from "../../src/lvmd/lvm/metadata/disks.ts";
import { touchedBetween } from "../../src/lvmd/lvm/metadata/touched.ts";
import type { LvmDocument } from "../../src/lvmd/lvm/report/document.ts";
import { parseGroupReport } from "../../src/lvmd/lvm/report/parse.ts";
import type { LvmOutcome } from "../../src/lvmd/lvm/run/outcome.ts";

type Rows = readonly Readonly<Record<string, string>>[];
type Report = Readonly<Record<"vg" | "pv" | "lv" | "pvseg" | "seg", Rows>>;

/** What LVM 2.03.16 kept and told of a group of three disks after one command and then the next. */
const steps = JSON.parse(readFileSync(join(import.meta.dirname, "recorded/changes.json"), "utf8")) as readonly {
  readonly command: string;
  readonly copy: string;
  readonly report: { readonly report: readonly [Report] };
}[];
const group = "rec";
const at = (index: number) => steps[index] ?? assert.fail(`no step ${index} was recorded`);
const copyAt = (index: number): MetadataCopy => cutCopy(at(index).copy) ?? assert.fail("no copy");
const reportAt = (index: number) => parseGroupReport(at(index).report, group);
const anyStep = fc.integer({ min: 0, max: steps.length - 1 });

/** Volumes that the commands after one step, up to another, name: they may have changed no more than their devices. */
function namedBetween(from: number, to: number): string[] {
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const words = steps.slice(low + 1, high + 1).flatMap(({ command }) => command.split(" "));
  return words.filter((word) => word.startsWith(`${group}/`)).map((word) => word.slice(group.length + 1));
}

/** An lvm that tells a recorded step. */
function recordedLvm(first: number) {
  let now = first;
  let copy: string | undefined = at(now).copy;
  const asked: string[] = [];
  const answer = (args: readonly string[]): LvmOutcome => {
    const [report] = at(now).report.report;
    const [vg] = report.vg;
    const names = args.filter((arg) => arg.startsWith(`${group}/`)).map((arg) => arg.slice(group.length + 1));
    const rows = report.lv.filter((row) => names.includes(row["lv_name"] ?? "")).map((row) => ({ ...row, ...vg }));
    if (rows.length < names.length)
      return { status: 5, messages: ["Failed to find logical volume"], document: undefined };
    const part = args[0] === "vgs" ? { vg: [vg] } : { lv: rows };
    const document: LvmDocument = args[0] === "fullreport" ? { report: [{ ...report }] } : { report: [part] };
    return { status: 0, messages: [], document };
  };
  const keeper = keepGroup({
    name: group,
    runner: {
      read: async (args) => {
        asked.push(args[0] ?? "");
        return answer(args);
      },
      change: async () => ({ status: 0, messages: [], document: undefined }),
      close: async () => {},
    },
    readCopy: async () => copy,
    onRead: () => {},
  });
  return {
    keeper,
    asked,
    go: (next: number, text: string | null = at(next).copy) => {
      [now, copy] = [next, text ?? undefined];
    },
  };
}

test("after any changes what is kept is what a report of the whole group tells, without such a report", async () => {
  for (const from of steps.keys())
    for (const to of steps.keys()) {
      const { keeper, asked, go } = recordedLvm(from);
      await keeper.read();
      go(to);
      assert.deepEqual(await keeper.catchUp(namedBetween(from, to)), reportAt(to), `${from} to ${to}`);
      assert.deepEqual(asked.slice(1), [asked[1] === "lvs" ? "lvs" : "vgs"], `${from} to ${to}`);
    }
});

test("one step after the other it stays so", async () => {
  const { keeper, go } = recordedLvm(0);
  await keeper.read();
  for (const step of steps.keys()) {
    go(step);
    assert.deepEqual((await keeper.change(at(step).command.split(" "))).group, reportAt(step), at(step).command);
  }
});

test("where the copy is missing, cut off or of another moment the whole group is read", async () => {
  await fc.assert(
    fc.asyncProperty(anyStep, anyStep, fc.option(fc.nat({ max: 4000 })), anyStep, async (from, to, cutAt, other) => {
      const { keeper, asked, go } = recordedLvm(from);
      await keeper.read();
      const { copy } = at(other);
      go(to, cutAt === null ? null : copy.slice(0, Math.min(cutAt, copy.length - 4)));
      assert.deepEqual(await keeper.catchUp(), reportAt(to));
      assert.equal(asked.at(-1), "fullreport");
    }),
  );
  await fc.assert(
    fc.asyncProperty(anyStep, anyStep, anyStep, async (from, to, other) => {
      fc.pre(copyAt(other).sequence !== copyAt(to).sequence);
      const { keeper, go } = recordedLvm(from);
      await keeper.read();
      go(to, at(other).copy);
      assert.deepEqual(await keeper.catchUp(), reportAt(to));
    }),
  );
});

test("a change that did not end well has the whole group read", async () => {
  const { keeper, asked } = recordedLvm(1);
  await keeper.read();
  const failing = keepGroup({
    name: group,
    runner: {
      read: async (args) => {
        asked.push(args[0] ?? "");
        return { status: 0, messages: [], document: at(1).report };
      },
      change: async () => ({ status: 5, messages: ["no"], document: undefined }),
      close: async () => {},
    },
    readCopy: async () => at(1).copy,
    onRead: () => {},
  });
  await failing.change(["lvremove", `${group}/plain`]);
  assert.equal(asked.at(-1), "fullreport");
});

test("the copy tells the volumes, the disks and their free runs that a report tells", () => {
  for (const step of steps.keys()) {
    const [copy, report] = [copyAt(step), reportAt(step)];
    assert.deepEqual([...visibleIn(copy)].sort(), report.volumes.map(({ name }) => name).sort());
    const disks = disksIn(copy) ?? assert.fail("the disks are not understood");
    for (const { uuid, path, extents, usedExtents } of report.disks) {
      const runs = report.freeRuns.filter(({ disk }) => disk === path).map((run) => run.extents);
      assert.deepEqual(disks.get(uuid), { extents, usedExtents, freeRuns: runs }, at(step).command);
    }
  }
});

test("a volume that lies on disks in another way than in stripes is not counted, but left to a report", () => {
  const copy = copyAt(1);
  const moved = new Map([...copy.volumes].map(([name, text]) => [name, text.replace('"striped"', '"mirror"')]));
  assert.equal(disksIn({ ...copy, volumes: moved }), undefined);
});

test("a change touches the volume and what hangs together with it, and nothing else", () => {
  const touched = (word: string) => {
    const step = steps.findIndex(({ command }) => command.includes(word));
    const found = touchedBetween(copyAt(step - 1), copyAt(step)) ?? assert.fail("the frame has changed");
    const visible = visibleIn(copyAt(step));
    return [...found].filter((name) => visible.has(name)).sort();
  };
  assert.deepEqual(touched("-n other"), ["other"]);
  assert.deepEqual(touched("-n mirrored"), ["mirrored"]);
  assert.deepEqual(touched("-n snap"), ["plain", "snap"]);
  assert.deepEqual(touched("-n thin "), ["pool", "thin"]);
  assert.deepEqual(touched("--poolmetadatasize"), ["pool"]);
  assert.deepEqual(touched("lvremove -y rec/other"), []);
});

test("a change of very many volumes at once is left to a report of the whole group", () => {
  const copy = copyAt(1);
  const made = (count: number) => Array.from({ length: count }, (_, index) => [`v${index}`, ""] as const);
  assert.equal(touchedBetween(copy, { ...copy, volumes: new Map(made(100)) })?.size, 100 + copy.volumes.size);
  assert.equal(touchedBetween(copy, { ...copy, volumes: new Map(made(1000)) }), undefined);
});

test("disks that come or go touch all", () => {
  const copy = copyAt(1);
  assert.equal(touchedBetween(copy, { ...copy, frame: `${copy.frame} ` }), undefined);
});
