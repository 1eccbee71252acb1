import type { Registry } from "prom-client";
import type { Logger } from "../base/log.ts";
import type { Names } from "../capacity/names.ts";
import type { ClusterView } from "../cluster/view.ts";
import type { OfferFor } from "./offers.ts";
import type { MissingClaims } from "./pod/patch.ts";

/** What validation does about a claim or a StorageClass that will not work: tells the person, or lets nobody make it. */
export const validationModes = ["warn", "refuse"] as const;
export type ValidationMode = (typeof validationModes)[number];

/** What the decisions lean on. */
export interface AdmissionDeps {
  readonly view: ClusterView;
  readonly names: Names;
  /** Default `ignore`. */
  readonly missingClaims: MissingClaims;
  /** Default `warn`. */
  readonly validation: ValidationMode;
  /** Where what the nodes offer is remembered; gathered each time by default. */
  readonly offerFor?: OfferFor;
  /** Age of the view, in milliseconds, beyond which it says nothing any more. */
  readonly maxStalenessMs: number;
}

/** What the HTTP routes need beside that. */
export interface WebhookDeps extends AdmissionDeps {
  readonly log: Logger;
  /** Where the metrics are put. */
  readonly registry: Registry;
}
