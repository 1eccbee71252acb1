import type { DeviceClass, GroupSpan, PoolCreation, PoolGrowth, ThinPool } from "./device-class.ts";
import type { EmulatedConfig, LvmdConfig } from "./model.ts";
import type { ConfigFile } from "./schema.ts";

type ClassEntry = ConfigFile["device-classes"][number];
type PoolEntry = NonNullable<ClassEntry["thin-pool"]>;

/** The configuration that a file without conflicts asks for. */
export function normalise(file: ConfigFile): LvmdConfig {
  return {
    socketPath: file["socket-name"],
    socketMode: file["socket-mode"],
    socketGroup: file["socket-group"] ?? undefined,
    metricsListen: file["metrics-listen"] ?? undefined,
    nodeName: file["node-name"] ?? undefined,
    stateFolder: file["state-folder"],
    deviceClasses: file["device-classes"].map(deviceClassOf),
    optionClasses: (file["lvcreate-option-classes"] ?? []).map(({ name, options }) => ({
      name,
      options: options ?? [],
    })),
    lvmCommandPrefix: file["lvm-command-prefix"] ?? [],
    lvmOverrides: {
      devices: file.devices ?? [],
      devicesFile: file["devices-file"] ?? undefined,
      settings: file["lvm-config"] ?? [],
    },
    emulated: file.emulated == null ? undefined : emulatedOf(file.emulated),
  };
}

function deviceClassOf(entry: ClassEntry): DeviceClass {
  const pool = entry["thin-pool"];
  return {
    name: entry.name,
    volumeGroup: entry["volume-group"] ?? entry["volume-groups"]?.[0] ?? "",
    span: spanOf(entry),
    isDefault: entry.default,
    spareBytes: entry["spare-gb"],
    stripe: entry.stripe ?? undefined,
    stripeSize: entry["stripe-size"] ?? undefined,
    lvcreateOptions: entry["lvcreate-options"] ?? [],
    thinPool: pool == null ? undefined : poolOf(pool),
    wipeOnCreate: entry["wipe-on-create"],
    onDelete: { mode: entry["on-delete"].mode, bandwidthBytes: entry["on-delete"].bandwidth ?? undefined },
    snapshotStore: entry["snapshot-store"],
    snapshotGrow: entry["snapshot-grow"] ?? undefined,
    copyBandwidthBytes: entry["copy-bandwidth"] ?? undefined,
  };
}

function spanOf(entry: ClassEntry): GroupSpan | undefined {
  const placement = entry.placement ?? "best";
  const { "volume-groups": names, "volume-group-tag": tag } = entry;
  if (names != null) return { groups: { names }, placement };
  return tag == null ? undefined : { groups: { tag }, placement };
}

function poolOf(entry: PoolEntry): ThinPool {
  return {
    name: entry.name,
    overprovisionRatio: entry["overprovision-ratio"],
    create: entry.create == null ? undefined : creationOf(entry.create),
    grow: entry.grow == null ? undefined : growthOf(entry.grow),
    maxDataPercent: entry["max-data-percent"] ?? undefined,
  };
}

function creationOf(entry: NonNullable<PoolEntry["create"]>): PoolCreation {
  return {
    size: entry.size == null ? { percent: entry.percent ?? 100 } : { bytes: entry.size },
    metadataBytes: entry["metadata-size"] ?? undefined,
    chunkBytes: entry["chunk-size"] ?? undefined,
  };
}

function growthOf(entry: NonNullable<PoolEntry["grow"]>): PoolGrowth {
  return {
    dataPercent: entry["data-percent"],
    metadataPercent: entry["metadata-percent"],
    by: entry.by,
    limitBytes: entry.limit ?? undefined,
  };
}

function emulatedOf(entry: NonNullable<ConfigFile["emulated"]>): EmulatedConfig {
  return {
    folder: entry.folder ?? undefined,
    groups: entry["volume-groups"].map((group) => ({
      name: group.name,
      sizeBytes: group.size,
      tags: group.tags ?? [],
      thinPools: (group["thin-pools"] ?? []).map((pool) => ({ name: pool.name, sizeBytes: pool.size })),
    })),
  };
}
