import { messageOf, NativestorError } from "../../base/errors.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import { currentNames, legacyNames, type Names } from "../../capacity/names.ts";
import type { Scoring } from "../../capacity/score.ts";
import type { ValidationMode } from "../../webhook/options.ts";
import type { MissingClaims } from "../../webhook/pod/patch.ts";
import type { Address } from "../../base/address.ts";
import { normaliseHost } from "../../certs/hosts.ts";
import type { ClusterCertificateSettings } from "./cluster-certificates.ts";
import type { ServeValues } from "./table.ts";

/** Certificates hold to the second. */
const shortestLifeMs = 5_000;

/** Where the cluster is read from. */
export type Source =
  | {
      readonly kind: "manifests";
      readonly folder: string;
      /** Sockets of the nodes whose room an lvmd tells. */
      readonly lvmd: ReadonlyMap<string, string>;
      /** Every other node gets an emulated lvmd. */
      readonly emulate: boolean;
    }
  | { readonly kind: "kubeconfig"; readonly path: string }
  | { readonly kind: "in-cluster" };

/** What `serve` runs with. */
export interface ServeSettings {
  readonly source: Source;
  /** Show how things stand, and how pods are placed, once it runs. */
  readonly walkthrough: boolean;
  readonly listen: Address;
  readonly plainListen: Address | undefined;
  readonly certDir: string;
  /** Certificates are kept in the cluster; undefined where they come from the folder. */
  readonly clusterCertificates: ClusterCertificateSettings | undefined;
  /** On the extender's paths, from the authority in the same folder. */
  readonly requireClientCertificate: boolean;
  /** /metrics and /ledger are for those whom the API server lets read them. */
  readonly protectsMetrics: boolean;
  readonly names: Names;
  readonly scoring: Scoring;
  readonly missingClaims: MissingClaims;
  readonly validation: ValidationMode;
  readonly bodyLimitBytes: number;
  readonly maxStalenessMs: number;
  /** Room that is promised counts before it shows in what the nodes publish. */
  readonly reserves: boolean;
  /** One of several replicas answers the scheduler. */
  readonly takesTurns: boolean;
  /** Where the lease for that is; undefined stands for the pod's own namespace. */
  readonly namespace: string | undefined;
}

/**
 * Makes sense of the settings together.
 * @throws NativestorError `invalid-argument` where two of them contradict each other or one lacks another
 */
export function serveSettings(values: ServeValues, env: Readonly<Record<string, string | undefined>>): ServeSettings {
  if (values["require-client-certificate"] && values.walkthrough)
    throw wrong(
      "--walkthrough has no client certificate to show: leave out one of it and --require-client-certificate",
    );
  const source = sourceOf(values, env);
  if (values["protect-metrics"] && source.kind === "manifests")
    throw wrong("--protect-metrics needs a cluster, which knows the tokens: leave out one of it and --manifests");
  const reserves = (values.reservations ?? (source.kind === "manifests" ? "off" : "on")) === "on";
  if (values.lease === "on" && source.kind === "manifests")
    throw wrong("--lease needs a cluster: with --manifests there is nobody to take turns with");
  if (values.lease === "on" && !reserves)
    throw wrong("--lease is for reservations: leave out one of it and --reservations=off");
  return {
    source,
    walkthrough: values.walkthrough,
    listen: values.listen,
    plainListen: values["plain-listen"],
    certDir: values["cert-dir"],
    clusterCertificates: clusterCertificatesOf(values, source),
    requireClientCertificate: values["require-client-certificate"],
    protectsMetrics: values["protect-metrics"],
    names: values["legacy-names"] ? legacyNames : currentNames,
    scoring: {
      defaultDivisor: values["default-divisor"],
      divisors: byAnnotation(values.divisors),
      defaultStrategy: values["default-strategy"],
      strategies: byAnnotation(values.strategies),
    },
    missingClaims: values["missing-claims"],
    validation: values.validation,
    bodyLimitBytes: values["body-limit"],
    maxStalenessMs: values["max-staleness"],
    reserves,
    takesTurns: reserves && (values.lease ?? (source.kind === "in-cluster" ? "on" : "off")) === "on",
    namespace: values.namespace,
  };
}

function clusterCertificatesOf(values: ServeValues, source: Source): ClusterCertificateSettings | undefined {
  if (values.certificates === "folder") return undefined;
  if (source.kind === "manifests")
    throw wrong("--certificates=cluster needs a cluster: leave out one of it and --manifests");
  const [leafLifeMs, authorityLifeMs] = [values["certificate-life"], values["authority-life"]];
  if (leafLifeMs < shortestLifeMs) throw wrong("--certificate-life must be at least 5s");
  // it signs up to five sixths of its life, and what it signs then has to end before itself
  if (authorityLifeMs < 6 * leafLifeMs) throw wrong("--authority-life must be at least six times --certificate-life");
  return {
    install: values["install-name"],
    hosts: values["certificate-host"].map(hostOf),
    authorityLifeMs,
    leafLifeMs,
  };
}

function hostOf(text: string): string {
  try {
    return normaliseHost(text);
  } catch (error) {
    throw wrong(`--certificate-host: ${messageOf(error)}`);
  }
}

function sourceOf(values: ServeValues, env: Readonly<Record<string, string | undefined>>): Source {
  const { manifests, kubeconfig, lvmd, emulate } = values;
  if (manifests !== undefined && kubeconfig !== undefined)
    throw wrong("--manifests and --kubeconfig are two sources of one cluster: give one of them");
  if (manifests !== undefined) return { kind: "manifests", folder: manifests, lvmd, emulate };
  const alone = standaloneOnly(values);
  if (alone !== undefined) throw wrong(`${alone} needs --manifests: on a cluster the nodes publish their own room`);
  if (kubeconfig !== undefined) return { kind: "kubeconfig", path: kubeconfig };
  // every pod has it
  if (env.KUBERNETES_SERVICE_HOST) return { kind: "in-cluster" };
  throw wrong(
    "there is no cluster to read: give --manifests DIR for a folder of manifests or --kubeconfig FILE for an API server (inside a pod neither is needed)",
  );
}

function standaloneOnly({ lvmd, emulate }: ServeValues): string | undefined {
  if (lvmd.size > 0) return "--lvmd";
  return emulate ? "--emulate" : undefined;
}

// an empty class name is the default class, as in StorageClasses
function byAnnotation<T>(byClass: ReadonlyMap<string, T>): Map<string, T> {
  return new Map([...byClass].map(([name, value]) => [annotationClass(name), value]));
}

function wrong(message: string): NativestorError {
  return new NativestorError("invalid-argument", message);
}
