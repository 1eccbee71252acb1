import { Gauge, type Registry } from "prom-client";
import type { Storage, Volume } from "../storage.ts";

type Listing = Pick<Storage, "state" | "listVolumes">;

/** Registers what a storage tells of its volumes, read when it is asked for. Only ill volumes are told one by one. */
export function registerVolumeMetrics(registry: Registry, storage: Listing, node: string): void {
  const counts = new Gauge({
    name: "nativestor_lvmd_volumes",
    help: "Volumes of each class.",
    labelNames: ["node", "device_class"],
    registers: [],
    async collect() {
      const lists = await listsOf(storage);
      this.reset();
      for (const [deviceClass, volumes] of lists) this.set({ node, device_class: deviceClass }, volumes.length);
    },
  });
  const ill = new Gauge({
    name: "nativestor_lvmd_volume_ill",
    help: "1 for each volume with which something is wrong; the label health says what.",
    labelNames: ["node", "device_class", "volume", "health"],
    registers: [],
    async collect() {
      const lists = await listsOf(storage);
      this.reset();
      for (const { name, deviceClass, health } of [...lists.values()].flat())
        if (health !== undefined) this.set({ node, device_class: deviceClass, volume: name, health }, 1);
    },
  });
  for (const percent of percents) registry.registerMetric(percentGauge(percent, storage, node));
  registry.registerMetric(counts);
  registry.registerMetric(ill);
}

interface Percent {
  readonly name: string;
  readonly help: string;
  /** Undefined for volumes of which there is nothing to tell. */
  readonly valueOf: (volume: Volume) => number | undefined;
}

const percents: readonly Percent[] = [
  {
    name: "nativestor_lvmd_snapshot_store_percent",
    help: "Fill level of each thick snapshot's room for changes, 0 to 100: full, the snapshot is lost.",
    valueOf: ({ storePercent }) => storePercent,
  },
  {
    name: "nativestor_lvmd_raid_sync_percent",
    help: "How much of each RAID volume is the same on all its disks, told while that is less than 100.",
    valueOf: ({ syncPercent }) => syncPercent,
  },
];

function percentGauge({ name, help, valueOf }: Percent, storage: Listing, node: string): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: ["node", "device_class", "volume"],
    registers: [],
    async collect() {
      const lists = await listsOf(storage);
      this.reset();
      for (const volume of [...lists.values()].flat()) {
        const value = valueOf(volume);
        if (value !== undefined) this.set({ node, device_class: volume.deviceClass, volume: volume.name }, value);
      }
    },
  });
}

/** Volumes by class; a class that cannot be read is left out, and its status tells of it. */
async function listsOf(storage: Listing): Promise<ReadonlyMap<string, readonly Volume[]>> {
  const lists = new Map<string, readonly Volume[]>();
  for (const { deviceClass } of await storage.state()) {
    const volumes = await storage.listVolumes(deviceClass).catch(() => undefined);
    if (volumes !== undefined) lists.set(deviceClass, volumes);
  }
  return lists;
}
