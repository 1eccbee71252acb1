import { Counter, Gauge, type Registry } from "prom-client";

/** Metrics of the server's certificate. */
export interface TlsMetrics {
  reloaded(durationMs: number, notAfterMs: number): void;
  failed(): void;
}

export function createTlsMetrics(registry: Registry, notAfterMs: number): TlsMetrics {
  const registers = [registry];
  const reloads = new Counter({
    name: "nativestor_certificate_reload_total",
    help: "Attempts to take over a changed certificate, by result: success, failure.",
    labelNames: ["result"],
    registers,
  });
  const expiry = new Gauge({
    name: "nativestor_certificate_expiry_timestamp_seconds",
    help: "End of the certificate in use, seconds since the epoch.",
    registers,
  });
  const duration = new Gauge({
    name: "nativestor_certificate_reload_duration_seconds",
    help: "Time that the last successful reload of the certificate took.",
    registers,
  });
  expiry.set(notAfterMs / 1000);
  return {
    reloaded: (durationMs, newNotAfterMs) => {
      reloads.inc({ result: "success" });
      duration.set(durationMs / 1000);
      expiry.set(newNotAfterMs / 1000);
    },
    failed: () => reloads.inc({ result: "failure" }),
  };
}
