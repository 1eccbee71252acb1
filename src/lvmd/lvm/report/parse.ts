import { NativestorError } from "../../../base/errors.ts";
import { parseAttributes } from "../attr.ts";
import type { LvmDocument } from "./document.ts";
import { type Row, rowsOf } from "./fields.ts";
import {
  type DiskReport,
  type FreeRun,
  type GroupFigures,
  type GroupReport,
  isUsable,
  type VolumeReport,
} from "./group.ts";

const columns = {
  vg: "vg_name,vg_uuid,vg_attr,vg_size,vg_free,vg_extent_size,vg_seqno,vg_missing_pv_count",
  pv: "pv_uuid,pv_name,pv_attr,pv_pe_count,pv_pe_alloc_count",
  lv: [
    "lv_uuid,lv_name,lv_path,lv_size,lv_attr,lv_tags,pool_lv,origin,origin_size,data_percent,metadata_percent",
    "lv_metadata_size,sync_percent,lv_kernel_major,lv_kernel_minor",
  ].join(),
  pvseg: "pv_name,pvseg_size",
} as const;

const inBytes = ["--units", "b", "--nosuffix"] as const;
const noSegments = ["--configreport", "seg", "-o", "lv_uuid", "-S", "segtype=none"] as const;

/** Arguments of the one report that tells all of a volume group. The segments of volumes, which nobody asks for, are left out. */
export function groupReportArguments(group: string): string[] {
  const reports = Object.entries(columns).flatMap(([report, fields]) => ["--configreport", report, "-o", fields]);
  // segments are asked for by a condition: free ones of disks, none of volumes
  return ["fullreport", ...inBytes, ...reports, "-S", "segtype=free", ...noSegments, group];
}

/** Reads the report of `groupReportArguments`. @throws NativestorError `internal` where it is not that */
export function parseGroupReport(document: LvmDocument, group: string): GroupReport {
  const report = document.report?.find((entry) => rowsOf(entry, "vg").some((row) => row.text("vg_name") === group));
  const vg = report && rowsOf(report, "vg")[0];
  if (report === undefined || vg === undefined)
    throw new NativestorError("internal", `lvm report: volume group ${group} is not in it`);
  const disks = rowsOf(report, "pv").map(diskOf);
  const runs = Map.groupBy(rowsOf(report, "pvseg").map(runOf), ({ disk }) => disk);
  return {
    ...figuresOf(vg),
    disks,
    // an lvm shell that has activated a volume tells inner ones, too (seen with LVM 2.03.16): in brackets
    volumes: rowsOf(report, "lv")
      .map(volumeOf)
      .filter(({ name }) => !name.startsWith("[")),
    // lvm tells them in no order of disks
    freeRuns: disks.filter(isUsable).flatMap(({ path }) => runs.get(path) ?? []),
  };
}

/** Some volumes of a group, and the group's figures of the same moment. */
export interface PartReport {
  readonly figures: GroupFigures;
  readonly volumes: readonly VolumeReport[];
}

/** Arguments of the report that `parsePartReport` reads. Volumes that are named cost no look at the others' devices, unlike chosen ones. */
export function partReportArguments(group: string, volumes: readonly string[]): string[] {
  if (volumes.length === 0) return ["vgs", ...inBytes, "-o", columns.vg, group];
  return ["lvs", ...inBytes, "-o", `${columns.lv},${columns.vg}`, ...volumes.map((name) => `${group}/${name}`)];
}

/** Reads the report of `partReportArguments`. @throws NativestorError `internal` where it is not that */
export function parsePartReport(document: LvmDocument, group: string): PartReport {
  const reports = document.report ?? [];
  const rows = reports.flatMap((report) => rowsOf(report, "lv"));
  const [first] = rows.length > 0 ? rows : reports.flatMap((report) => rowsOf(report, "vg"));
  if (first?.text("vg_name") !== group)
    throw new NativestorError("internal", `lvm report: volume group ${group} is not in it`);
  return { figures: figuresOf(first), volumes: rows.map(volumeOf) };
}

function figuresOf(row: Row): GroupFigures {
  return {
    name: row.text("vg_name"),
    uuid: row.text("vg_uuid"),
    sizeBytes: row.bytes("vg_size"),
    freeBytes: row.bytes("vg_free"),
    extentBytes: row.bytes("vg_extent_size"),
    sequence: row.bytes("vg_seqno"),
    missingDisks: row.integer("vg_missing_pv_count"),
    writeable: row.text("vg_attr").startsWith("w"),
  };
}

function diskOf(row: Row): DiskReport {
  const attr = row.text("pv_attr");
  return {
    uuid: row.text("pv_uuid"),
    path: row.text("pv_name"),
    allocatable: attr[0] === "a",
    missing: attr[2] === "m",
    extents: row.integer("pv_pe_count"),
    usedExtents: row.integer("pv_pe_alloc_count"),
  };
}

function runOf(row: Row): FreeRun {
  return { disk: row.text("pv_name"), extents: row.integer("pvseg_size") };
}

function volumeOf(row: Row): VolumeReport {
  const attr = row.text("lv_attr");
  const tags = row.text("lv_tags");
  return {
    uuid: row.text("lv_uuid"),
    name: row.text("lv_name"),
    path: row.text("lv_path"),
    lvSizeBytes: row.bytes("lv_size"),
    attr,
    attributes: parseAttributes(attr),
    tags: tags === "" ? [] : tags.split(","),
    pool: row.text("pool_lv"),
    origin: row.text("origin"),
    originSizeBytes: row.optionalBytes("origin_size"),
    dataPercent: row.percent("data_percent"),
    metadataPercent: row.percent("metadata_percent"),
    metadataBytes: row.optionalBytes("lv_metadata_size"),
    syncPercent: row.percent("sync_percent"),
    major: row.integer("lv_kernel_major"),
    minor: row.integer("lv_kernel_minor"),
  };
}
