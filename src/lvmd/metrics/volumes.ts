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
  const stores = new Gauge({
    name: "nativestor_lvmd_snapshot_store_percent",
    help: "Fill level of each thick snapshot's room for changes, 0 to 100: full, the snapshot is lost.",
    labelNames: ["node", "device_class", "volume"],
    registers: [],
    async collect() {
      const lists = await listsOf(storage);
      this.reset();
      for (const { name, deviceClass, storePercent } of [...lists.values()].flat())
        if (storePercent !== undefined) this.set({ node, device_class: deviceClass, volume: name }, storePercent);
    },
  });
  registry.registerMetric(stores);
  registry.registerMetric(counts);
  registry.registerMetric(ill);
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
