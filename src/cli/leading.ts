import { Gauge, type Registry } from "prom-client";

/** Registers the gauge that tells whether this process has its turn; the answer sets it. */
export function registerLeading(registry: Registry): (isLeading: boolean) => void {
  const leading = new Gauge({
    name: "nativestor_leading",
    help: "1 where this process does what is done once in a cluster, 0 where it waits.",
    registers: [registry],
  });
  leading.set(0);
  return (isLeading) => leading.set(isLeading ? 1 : 0);
}
