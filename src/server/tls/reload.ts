import type { SecureContextOptions } from "node:tls";
import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { contextOf, isSame, type TlsMaterial, untimely } from "./material.ts";
import { createTlsMetrics } from "./metrics.ts";
import type { TlsSource } from "./source.ts";

export interface ReloadOptions {
  readonly source: TlsSource;
  /** Takes a new one into use, for connections to come; those that stand are left alone. */
  readonly apply: (context: SecureContextOptions) => void;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes over what changes at the source of certificates. What cannot be used, such as half-written files, is reported once
 * and the old certificate stays.
 * @returns stops it
 */
export function reloadOnChange({ source, apply, registry, clock, log }: ReloadOptions): () => void {
  const metrics = createTlsMetrics(registry, source.first.notAfterMs);
  let inUse = source.first;
  let lastFailure: string | undefined;
  warn(inUse);

  // it is served all the same: the clock may be what is wrong
  function warn(material: TlsMaterial): void {
    const reason = untimely(material, clock.now());
    if (reason !== undefined) log.error({ source: source.name, reason }, "clients will refuse the certificate");
  }

  function take(material: TlsMaterial, startMs: number): void {
    lastFailure = undefined;
    if (isSame(material, inUse)) return;
    apply(contextOf(material));
    inUse = material;
    metrics.reloaded(clock.monotonic() - startMs, material.notAfterMs);
    const until = new Date(material.notAfterMs).toISOString();
    log.info({ source: source.name, until }, "took over the new certificate");
    warn(material);
  }

  function fail(message: string): void {
    if (message === lastFailure) return;
    lastFailure = message;
    metrics.failed();
    log.warn({ source: source.name, error: message }, "the changed certificate cannot be used; the old one stays");
  }

  return source.follow({ found: take, failed: fail });
}
