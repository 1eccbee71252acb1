import { messageOf } from "../../base/errors.ts";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { watchChanges } from "../../certs/cluster/changes.ts";
import { createUpkeepMetrics } from "../../certs/cluster/metrics.ts";
import type { Place } from "../../certs/cluster/objects.ts";
import { secretNames } from "../../certs/cluster/secrets.ts";
import { followServed } from "../../certs/cluster/served.ts";
import { upkeep } from "../../certs/cluster/upkeep.ts";
import { makeshiftPair } from "../../certs/makeshift.ts";
import { registerWatchCounters } from "../../cluster/kubernetes/metrics.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { guardWrites } from "../../kube/lease/guard.ts";
import { ownNamespace } from "../../kube/own-namespace.ts";
import type { Readiness } from "../../server/probes.ts";
import { checkMaterial, type TlsMaterial, type TlsTexts } from "../../server/tls/material.ts";
import type { TlsListener, TlsSource } from "../../server/tls/source.ts";
import type { Registry } from "prom-client";
import type { Names } from "../../capacity/names.ts";
import { takeTurns } from "./take-turns.ts";

/** How the cluster's own certificates are kept. */
export interface ClusterCertificateSettings {
  /** Name of the Service and of the webhook configurations, and first part of the Secrets' names. */
  readonly install: string;
  /** Hosts of the server; empty stands for the Service's name. */
  readonly hosts: readonly string[];
  readonly authorityLifeMs: number;
  readonly leafLifeMs: number;
}

interface Means {
  readonly access: KubeAccess;
  readonly namespace: string | undefined;
  readonly names: Names;
  readonly registry: Registry;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Certificates that this process shows, and keeps where it is its turn. */
export interface ClusterCertificates {
  readonly source: TlsSource;
  readonly readiness: () => Readiness;
  close(): Promise<void>;
}

/** A certificate is of use from when the API server knows its authority: some time is left for that. */
const longestSettleMs = 10_000;
const leaseMs = 15_000;

/** Keeps an authority and certificates in Secrets, as one of several replicas, and follows what is to be shown. */
export async function keepClusterCertificates(
  settings: ClusterCertificateSettings,
  means: Means,
): Promise<ClusterCertificates> {
  const { access, names, registry, clock, log } = means;
  const namespace = means.namespace ?? (await ownNamespace());
  const secrets = secretNames(settings.install);
  const served = followSource(`Secret ${namespace}/${secrets.leaves.server}`, clock);
  const observerOf = registerWatchCounters(registry);
  const random = Math.random;
  const following = followServed({
    access,
    namespace,
    clock,
    random,
    log,
    name: secrets.leaves.server,
    observer: observerOf("certificates"),
    onTexts: served.offer,
  });
  const metrics = createUpkeepMetrics(registry);
  const place = { access, namespace, secrets, webhooks: settings.install };
  const stop = takeTurns({
    access,
    namespace,
    clock,
    log,
    lease: `${names.driver.replaceAll(".", "-")}-certificates`,
    // a takeover need not be quick: what is due has a third of a life's time
    durationMs: Math.min(leaseMs, settings.leafLifeMs / 4),
    lead: async (leadership, over) => {
      const guarded: Place = { ...place, access: guardWrites(access, () => leadership.holds()) };
      const changes = watchChanges({ place, observer: observerOf("certificates"), clock, random, log });
      const wishes = wishesOf(settings, namespace);
      await upkeep({
        place: guarded,
        wishes,
        metrics,
        clock,
        random,
        log,
        signal: over,
        nextChange: () => changes.next(),
      });
      await changes.close();
    },
  });
  return {
    source: served.source,
    readiness: served.readiness,
    close: async () => {
      await stop();
      await following.close();
    },
  };
}

function wishesOf({ install, hosts, authorityLifeMs, leafLifeMs }: ClusterCertificateSettings, namespace: string) {
  const service = `${install}.${namespace}.svc`;
  const server = hosts.length > 0 ? hosts : [service, `${service}.cluster.local`];
  const settleMs = Math.min(longestSettleMs, leafLifeMs / 10);
  return { hosts: { server, scheduler: [] }, lives: { authorityMs: authorityLifeMs, leafMs: leafLifeMs, settleMs } };
}

/** A source that is told what there is. It begins with a certificate that nobody trusts, so that probes are answered before there is one. */
function followSource(name: string, clock: Clock) {
  const listeners = new Set<TlsListener>();
  let known: TlsMaterial | undefined;
  const source: TlsSource = {
    name,
    first: makeshift(clock),
    follow: (listener) => {
      listeners.add(listener);
      if (known !== undefined) listener.found(known, clock.monotonic());
      return () => void listeners.delete(listener);
    },
  };
  return {
    source,
    readiness: (): Readiness =>
      known === undefined ? { ready: false, reason: `there is no certificate yet in the ${name}` } : { ready: true },
    offer: (texts: TlsTexts): void => {
      const startMs = clock.monotonic();
      try {
        const material = checkMaterial(texts, name);
        known = material;
        for (const listener of listeners) listener.found(material, startMs);
      } catch (error) {
        for (const listener of listeners) listener.failed(messageOf(error));
      }
    },
  };
}

function makeshift(clock: Clock): TlsMaterial {
  const { certificate, key } = makeshiftPair(clock, 1);
  return checkMaterial({ certificate, key, authorities: undefined }, "memory");
}
