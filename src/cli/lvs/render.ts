import { formatBytes } from "../../capacity/quantity.ts";
import type { ClassState } from "../../lvmd/storage.ts";
import { type Paint, renderTable } from "../table.ts";
import type { Managed, ManagedVolume } from "./read.ts";

/** Two tables: classes with their room, and volumes. */
export function renderManaged({ classes, volumes, problems }: Managed, paint: Paint): string {
  const rooms = renderTable(
    [
      { title: "CLASS" },
      { title: "FREE", align: "right" },
      { title: "GROUP FREE", align: "right" },
      { title: "GROUP SIZE", align: "right" },
      { title: "POOL SIZE", align: "right" },
      { title: "DATA", align: "right" },
      { title: "METADATA", align: "right" },
    ],
    classes.map(classRow),
    paint,
  );
  const notes = problems.map(({ deviceClass, reason }) => `${paint.bad(deviceClass)}: ${reason}\n`).join("");
  if (volumes.length === 0) return `${rooms}\n${notes === "" ? `${paint.dim("no volumes")}\n` : notes}`;
  const columns = ["VOLUME", "CLASS", "SIZE", "ATTR", "DEVICE", "PATH", "TAGS"].map((title) =>
    title === "SIZE" ? ({ title, align: "right" } as const) : { title },
  );
  return `${rooms}\n${renderTable(columns, volumes.map(volumeRow), paint)}${notes === "" ? "" : `\n${notes}`}`;
}

function classRow({ deviceClass, isDefault, freeBytes, groupFreeBytes, sizeBytes, thinPool }: ClassState): string[] {
  const pool =
    thinPool === undefined
      ? []
      : [formatBytes(thinPool.sizeBytes), percentOf(thinPool.dataPercent), percentOf(thinPool.metadataPercent)];
  const name = isDefault ? `${deviceClass} (default)` : deviceClass;
  return [name, formatBytes(freeBytes), formatBytes(groupFreeBytes), formatBytes(sizeBytes), ...pool];
}

function volumeRow(volume: ManagedVolume): string[] {
  const { name, deviceClass, sizeBytes, attr, path, tags } = volume;
  return [name, deviceClass, formatBytes(sizeBytes), attr, deviceOf(volume), path, tags.join(",")];
}

function percentOf(level: number): string {
  return `${level.toFixed(2)}%`;
}

function deviceOf({ devMajor, devMinor }: ManagedVolume): string {
  return `${devMajor}:${devMinor}`;
}

/** For programs: sizes are decimal strings, as JSON's numbers are not exact for all of them. */
export function jsonOf({ classes, volumes, problems }: Managed): string {
  const document = {
    classes: classes.map(({ deviceClass, isDefault, freeBytes, groupFreeBytes, sizeBytes, thinPool }) => ({
      name: deviceClass,
      default: isDefault,
      freeBytes,
      groupFreeBytes,
      groupSizeBytes: sizeBytes,
      thinPool,
    })),
    volumes: volumes.map((volume) => ({
      name: volume.name,
      deviceClass: volume.deviceClass,
      sizeBytes: volume.sizeBytes,
      attr: volume.attr,
      device: deviceOf(volume),
      path: volume.path,
      tags: volume.tags,
    })),
    problems,
  };
  return `${JSON.stringify(document, (_key, value: unknown) => (typeof value === "bigint" ? `${value}` : value), 2)}\n`;
}
