import type { SecureContextOptions } from "node:tls";
import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { watchFolder } from "../../base/watch-folder.ts";
import { contextOf, isSame, readMaterial, type TlsMaterial } from "./material.ts";
import { createTlsMetrics } from "./metrics.ts";

/** Long enough for the writer of both files; looked at by itself seldom, as certificates change seldom. */
const times = { settleMs: 100, pollMs: 30_000 };

export interface ReloadOptions {
  readonly folder: string;
  /** What is in use. */
  readonly current: TlsMaterial;
  /** Takes a new one into use, for connections to come; those that stand are left alone. */
  readonly apply: (context: SecureContextOptions) => void;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

/**
 * Takes over what changes in a folder of certificates. What cannot be used, such as half-written files, is reported once
 * and the old certificate stays.
 * @returns stops it
 */
export function reloadOnChange({ folder, current, apply, registry, clock, log }: ReloadOptions): () => void {
  const metrics = createTlsMetrics(registry, current.notAfterMs);
  let inUse = current;
  let lastFailure: string | undefined;

  function take(material: TlsMaterial, startMs: number): void {
    lastFailure = undefined;
    if (isSame(material, inUse)) return;
    apply(contextOf(material));
    inUse = material;
    metrics.reloaded(clock.monotonic() - startMs, material.notAfterMs);
    log.info({ folder, until: new Date(material.notAfterMs).toISOString() }, "took over the new certificate");
  }

  function fail(message: string): void {
    if (message === lastFailure) return;
    lastFailure = message;
    metrics.failed();
    log.warn({ folder, error: message }, "the changed certificate cannot be used; the old one stays");
  }

  return watchFolder(folder, { clock, log, ...times }, async () => {
    const startMs = clock.monotonic();
    try {
      take(await readMaterial(folder), startMs);
    } catch (error) {
      fail(messageOf(error));
    }
  });
}
