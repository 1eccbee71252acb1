import { Gauge, type Registry } from "prom-client";
import type { ClassState, Storage } from "../storage.ts";
import { classGauges, groupGauges, type Reading } from "./gauges.ts";

/**
 * Registers what a storage tells of its classes, read when it is asked for. The first six carry TopoLVM's names.
 * @param node the node's name, as all of these are labelled
 */
export function registerRoomMetrics(registry: Registry, storage: Pick<Storage, "state">, node: string): void {
  for (const gauge of classGauges) register(registry, gauge, ["node", "device_class"], storage, node, readClasses);
  for (const gauge of groupGauges)
    register(registry, gauge, ["node", "device_class", "volume_group"], storage, node, readGroups);
}

interface Named<T> {
  readonly name: string;
  readonly help: string;
  /** Undefined where there is nothing to tell, such as a pool of a thick class. */
  readonly valueOf: (of: T) => bigint | number | undefined;
}

function register<T>(
  registry: Registry,
  { name, help, valueOf }: Named<T>,
  labelNames: readonly string[],
  storage: Pick<Storage, "state">,
  node: string,
  read: (states: readonly ClassState[]) => Reading<T>[],
): void {
  const gauge = new Gauge({
    name,
    help,
    labelNames,
    registers: [],
    async collect() {
      const readings = read(await storage.state());
      this.reset();
      for (const { labels, of } of readings) {
        const value = valueOf(of);
        if (value !== undefined) this.set({ node, ...labels }, Number(value));
      }
    },
  });
  registry.registerMetric(gauge);
}

function readClasses(states: readonly ClassState[]): Reading<ClassState>[] {
  return states.map((of) => ({ labels: { device_class: of.deviceClass }, of }));
}

function readGroups(states: readonly ClassState[]) {
  return states.flatMap(({ deviceClass, groups = [] }) =>
    groups.map((of) => ({ labels: { device_class: deviceClass, volume_group: of.volumeGroup }, of })),
  );
}
