import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { stringify } from "yaml";
import { jobOf, type Prometheus, startPrometheus } from "../../monitoring/prometheus.ts";
import { faultsOfMetrics } from "../../monitoring/promtool.ts";
import { dashboards, filled, metricsIn, queriesOf } from "../../monitoring/queries.ts";
import { makeGroup, sh } from "./host.ts";
import { type BundledDaemon, startBundledDaemon } from "./support/bundled-daemon.ts";

const MiB = 1n << 20n;
const folder = mkdtempSync(join(tmpdir(), "figures-"));
const [lvmdPort, prometheusPort] = [19_809, 19_090];
let daemon: BundledDaemon;
let prometheus: Prometheus;

/** Thick with spare room, thin, and mirrored so that the disks are brought in sync at a snail's pace. */
const config = {
  "metrics-listen": `127.0.0.1:${lvmdPort}`,
  "node-name": "n1",
  "device-classes": [
    { name: "thick", "volume-group": "vg", default: true, "spare-gb": 1 },
    {
      name: "thin",
      "volume-group": "vg",
      type: "thin",
      "thin-pool": { name: "pool", "overprovision-ratio": 5 },
      "spare-gb": 0,
    },
    {
      name: "mirrored",
      "volume-group": "pair",
      "spare-gb": 0,
      "lvcreate-options": ["--type=raid1", "-m1", "--maxrecoveryrate=128"],
    },
  ],
};

before(async () => {
  makeGroup("vg", "b");
  makeGroup("pair", "cd");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "200m", "-n", "pool", "vg");
  daemon = await startBundledDaemon(folder, stringify(config));
  for (const [name, deviceClass, sizeBytes] of [
    ["a", "thick", 100n * MiB],
    ["b", "thin", 300n * MiB],
    ["c", "mirrored", 200n * MiB],
  ] as const)
    await daemon.client.volumes.createLV({ name, deviceClass, lvcreateOptionClass: "", tags: [], sizeBytes });
  const source = { sourceVolume: "a", deviceClass: "thick", accessType: "ro", tags: [] };
  await daemon.client.volumes.createLVSnapshot({ name: "s", ...source, sizeBytes: 100n * MiB });
  for (const path of ["/dev/vg/b", "/dev/vg/a"])
    sh("dd", "if=/dev/urandom", `of=${path}`, "bs=1M", "count=50", "oflag=direct", "status=none");
  prometheus = await startPrometheus(folder, prometheusPort, { jobs: [jobOf("lvmd", lvmdPort)], everySeconds: 2 });
  await until("lvmd is scraped", async () => (await query("up == 1")).length === 1);
});

after(async () => {
  await prometheus.stop();
  await daemon.end("SIGTERM");
});

/** @throws where it does not come to that within three minutes: programs in Go are slow to start in a guest */
async function until(what: string, look: () => Promise<boolean>): Promise<void> {
  const endMs = performance.now() + 180_000;
  while (!(await look().catch(() => false))) {
    assert.ok(performance.now() < endMs, `it did not come to that: ${what}`);
    await setTimeout(500);
  }
}

const query = (expr: string) => prometheus.query(expr);

/** A column of a group or volume as LVM tells it: bytes, or percent. */
const lvm = (program: "vgs" | "lvs", column: string, of: string) =>
  Number(sh(program, "--noheadings", "--nosuffix", "--units", "b", "-o", column, of));

/** What stands on both sides when nothing changes meanwhile. */
const figures: Readonly<Record<string, () => number>> = {
  'topolvm_volumegroup_size_bytes{device_class="thick"}': () => lvm("vgs", "vg_size", "vg"),
  'topolvm_volumegroup_available_bytes{device_class="thick"}': () => lvm("vgs", "vg_free", "vg") - 2 ** 30,
  'topolvm_volumegroup_available_bytes{device_class="thin"}': () => lvm("vgs", "vg_free", "vg"),
  'topolvm_volumegroup_size_bytes{device_class="mirrored"}': () => lvm("vgs", "vg_size", "pair"),
  'topolvm_thinpool_size_bytes{device_class="thin"}': () => lvm("lvs", "lv_size", "vg/pool"),
  'topolvm_thinpool_data_percent{device_class="thin"}': () => lvm("lvs", "data_percent", "vg/pool"),
  'topolvm_thinpool_metadata_percent{device_class="thin"}': () => lvm("lvs", "metadata_percent", "vg/pool"),
  'topolvm_thinpool_overprovisioned_available{device_class="thin"}': () =>
    5 * lvm("lvs", "lv_size", "vg/pool") - lvm("lvs", "lv_size", "vg/b"),
  'nativestor_lvmd_snapshot_store_percent{volume="s"}': () => lvm("lvs", "data_percent", "vg/s"),
  'nativestor_lvmd_volumes{device_class="thick"}': () => 2,
  'nativestor_lvmd_class_status{device_class="mirrored"}': () => 0,
};

for (const [expr, expected] of Object.entries(figures))
  test(`${expr} is what LVM says`, async () => {
    // fill levels are read with a look at the group, at the latest after a minute
    await until(`${expr} = ${expected()}`, async () => Number((await query(expr))[0]?.value[1]) === expected());
    assert.deepEqual(
      (await query(expr)).map(({ metric }) => metric.node),
      ["n1"],
    );
  });

test("how far a RAID is brought in sync goes on as LVM tells it, until it is done", async () => {
  const percent = async () => Number((await query('nativestor_lvmd_raid_sync_percent{volume="c"}'))[0]?.value[1]);
  const before = await percent();
  assert.ok(before >= 0 && before < 100, `${before} %`);
  await until("progress", async () => (await percent()) > before);
  assert.ok((await percent()) <= lvm("lvs", "sync_percent", "pair/c"));
  sh("lvchange", "-q", "--maxrecoveryrate", "0", "pair/c");
  const expr = "count(nativestor_lvmd_raid_sync_percent) or vector(0)";
  await until("in sync", async () => (await query(expr))[0]?.value[1] === "0");
  assert.equal(lvm("lvs", "sync_percent", "pair/c"), 100);
});

test("promtool finds nothing wrong with the metrics, and none has more values than there are things", async () => {
  const text = await (await fetch(`http://127.0.0.1:${lvmdPort}/metrics`)).text();
  assert.equal(await faultsOfMetrics(text), "");
  const counts = await query('count by (__name__) ({__name__=~"(topolvm|nativestor)_.+",__name__!~".+_bucket"})');
  const most = Math.max(...counts.map(({ value }) => Number(value[1])));
  assert.ok(most <= 30, `${most} values`);
});

test("the queries of the dashboards about what lvmd tells return data", async () => {
  const told = new Set((await query('count by (__name__) ({job="lvmd"})')).map(({ metric }) => metric.__name__ ?? ""));
  const all = [...dashboards.values()].flatMap(queriesOf).filter((expr) => !expr.includes("!="));
  const answerable = all.filter((expr) => metricsIn(expr).every((name) => told.has(name)));
  const named = new Set(answerable.flatMap(metricsIn));
  for (const name of ["topolvm_thinpool_data_percent", "nativestor_lvmd_snapshot_store_percent"])
    assert.ok(named.has(name), `no panel shows ${name}`);
  for (const expr of answerable) await until(`data for ${expr}`, async () => (await query(filled(expr))).length > 0);
});
