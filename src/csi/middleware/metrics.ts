import { Histogram, type Registry } from "prom-client";

const name = "nativestor_csi_request_seconds";

/** How long calls took, by `service`, `method` and gRPC `code`; made in `registry` where it is not there yet. */
export function requestSeconds(registry: Registry): Histogram<"service" | "method" | "code"> {
  const known = registry.getSingleMetric(name) as Histogram<"service" | "method" | "code"> | undefined;
  return (
    known ??
    new Histogram({
      name,
      help: "Time that CSI calls took, by service, method and gRPC code.",
      labelNames: ["service", "method", "code"],
      buckets: [0.001, 0.01, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60],
      registers: [registry],
    })
  );
}
