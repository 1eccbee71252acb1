import { annotationClass } from "./device-class.ts";
import type { Names } from "./names.ts";
import { maxQuantity } from "./quantity.ts";
import type { RoomByClass } from "./supply.ts";

/** Bytes that a pod's volumes ask for, by device class. */
export type Demand = RoomByClass;

/** What a claim asks for where it names no size: 1 GiB. */
export const defaultRequestBytes = 1n << 30n;

/** What is looked at of a PersistentVolumeClaim or of an ephemeral volume's template. */
export interface ClaimFacts {
  readonly namespace: string;
  readonly name: string;
  /** Name of the StorageClass; undefined stands for the cluster's default one, "" for none. */
  readonly storageClass: string | undefined;
  /** Requested size; undefined where none is given. */
  readonly requestBytes: bigint | undefined;
  /** A volume has been given to it, so that its node is fixed and its room taken. */
  readonly bound: boolean;
  /** Of the object; absent for what has still to be made. */
  readonly uid?: string;
  /** Node on which its volume is to be made, where somebody has chosen. */
  readonly selectedNode?: string;
}

/** What is looked at of a StorageClass. */
export interface StorageClassFacts {
  readonly name: string;
  readonly provisioner: string;
  readonly parameters: Readonly<Record<string, string>>;
  /** Marked as the cluster's default. */
  readonly isDefault: boolean;
}

/** One volume of a pod that comes from a claim. */
export interface PodVolume {
  /** Name of the claim; undefined for an ephemeral volume of a pod that has no name yet. */
  readonly claimName: string | undefined;
  /** Template of a generic ephemeral volume, which makes a claim of its own. */
  readonly template: ClaimFacts | undefined;
}

/** What is looked at of a pod. */
export interface PodFacts {
  readonly namespace: string;
  /** Empty where the API server has still to make one up. */
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly volumes: readonly PodVolume[];
  /** By the API server's clock, in milliseconds since the epoch; absent for one that has still to be made. */
  readonly createdAt?: number;
}

/** Where claims and classes are looked up. */
export interface Catalogue {
  claim(namespace: string, name: string): ClaimFacts | undefined;
  /** undefined asks for the cluster's default class. */
  storageClass(name: string | undefined): StorageClassFacts | undefined;
}

/** One claim of ours that has no volume yet. */
export interface DemandPart {
  /** Claim, or the pod's ephemeral volume. */
  readonly claim: string;
  readonly storageClass: string;
  /** Annotation form. */
  readonly deviceClass: string;
  readonly optionClass: string | undefined;
  readonly bytes: bigint;
}

/** A pod's volumes, sorted out. */
export interface PodDemand {
  /** Room still to be found, by class. */
  readonly unbound: Demand;
  /** Room that its bound claims of ours already take, by class. */
  readonly bound: Demand;
  readonly parts: readonly DemandPart[];
  /** Claims that do not exist (yet). */
  readonly missingClaims: readonly string[];
  /** StorageClasses that unbound claims name and that do not exist. */
  readonly missingStorageClasses: readonly string[];
}

/** Works out what a pod's claims and ephemeral volumes ask for. A claim counts once, however often it is mounted. */
export function demandOf(pod: PodFacts, catalogue: Catalogue, names: Names): PodDemand {
  const unbound = new Map<string, bigint>();
  const bound = new Map<string, bigint>();
  const parts: DemandPart[] = [];
  const missingClaims = new Set<string>();
  const missingStorageClasses = new Set<string>();
  for (const { claim, label } of claimsOf(pod, catalogue, missingClaims)) {
    const storageClass = catalogue.storageClass(claim.storageClass);
    if (storageClass === undefined && claim.storageClass && !claim.bound) missingStorageClasses.add(claim.storageClass);
    if (storageClass?.provisioner !== names.driver) continue;
    const part = partOf(label, claim, storageClass, names);
    add(claim.bound ? bound : unbound, part.deviceClass, part.bytes);
    if (!claim.bound) parts.push(part);
  }
  return {
    unbound,
    bound,
    parts,
    missingClaims: [...missingClaims],
    missingStorageClasses: [...missingStorageClasses],
  };
}

/**
 * What to look for on a node: what admission wrote on the pod, less what has been bound since, and never less than what
 * is seen unbound now. So a pod that was admitted before its claims, or past the webhook, is placed right, and one that
 * comes back with part of its volumes made asks only for the rest.
 */
export function effectiveDemand(annotated: Demand, seen: PodDemand): Demand {
  const demand = new Map(seen.unbound);
  for (const [deviceClass, bytes] of annotated) {
    const left = bytes - (seen.bound.get(deviceClass) ?? 0n);
    const least = seen.unbound.get(deviceClass) ?? 0n;
    if (left > least) demand.set(deviceClass, left);
    // an annotation of nothing still says that the class is wanted
    else if (bytes <= 0n && !demand.has(deviceClass)) demand.set(deviceClass, 0n);
  }
  return demand;
}

/** A pod's capacity annotations. */
export interface AnnotatedDemand {
  readonly demand: Demand;
  /** Every class that is annotated, also where the value is no number: such a class counts in the score (as in TopoLVM). */
  readonly classes: readonly string[];
}

/** Reads a pod's capacity annotations: decimal int64; others are left out. A negative one asks for more than any node has. */
export function demandFromAnnotations(annotations: Readonly<Record<string, unknown>>, names: Names): AnnotatedDemand {
  const demand = new Map<string, bigint>();
  const classes: string[] = [];
  for (const [key, value] of Object.entries(annotations)) {
    if (!key.startsWith(names.capacityPrefix)) continue;
    const deviceClass = key.slice(names.capacityPrefix.length);
    classes.push(deviceClass);
    const bytes = parseInt64(value);
    if (bytes !== undefined) demand.set(deviceClass, bytes < 0n ? bytes + 2n ** 64n : bytes);
  }
  return { demand, classes };
}

function* claimsOf(
  pod: PodFacts,
  catalogue: Catalogue,
  missing: Set<string>,
): Generator<{ claim: ClaimFacts; label: string }> {
  const seen = new Set<string>();
  for (const { claimName, template } of pod.volumes) {
    if (claimName !== undefined) {
      if (seen.has(claimName)) continue;
      seen.add(claimName);
    }
    const claim = (claimName === undefined ? undefined : catalogue.claim(pod.namespace, claimName)) ?? template;
    if (claim !== undefined) yield { claim, label: claimName ?? claim.name };
    else if (claimName !== undefined) missing.add(claimName);
  }
}

function partOf(label: string, claim: ClaimFacts, storageClass: StorageClassFacts, names: Names): DemandPart {
  return {
    claim: label,
    storageClass: storageClass.name,
    deviceClass: annotationClass(storageClass.parameters[names.deviceClassParameter]),
    optionClass: storageClass.parameters[names.optionClassParameter] || undefined,
    bytes: requestedBytes(claim),
  };
}

/** Bytes that a claim asks for. */
export function requestedBytes({ requestBytes }: ClaimFacts): bigint {
  return requestBytes === undefined || requestBytes <= 0n ? defaultRequestBytes : requestBytes;
}

// sums are capped where an int64 annotation ends: such a demand fits nowhere, as it should
function add(sums: Map<string, bigint>, deviceClass: string, bytes: bigint): void {
  const sum = (sums.get(deviceClass) ?? 0n) + bytes;
  sums.set(deviceClass, sum > maxQuantity ? maxQuantity : sum);
}

function parseInt64(value: unknown): bigint | undefined {
  if (typeof value !== "string" || value.length > 40 || !/^[+-]?\d+$/.test(value)) return undefined;
  const bytes = BigInt(value.replace("+", ""));
  return bytes >= -(2n ** 63n) && bytes < 2n ** 63n ? bytes : undefined;
}
