import { thinPool } from "../../lvmd/samples.ts";
import { hostClass } from "./host.ts";

/** One request to the daemon that is to be killed. */
export interface Request {
  readonly kind: "create" | "snapshot" | "resize" | "remove";
  readonly name: string;
  readonly deviceClass: "thick" | "thin";
  readonly sizeBytes: number;
  readonly source?: string;
}

/** Its answer: a failure where `code` is set. */
export interface Answer {
  readonly path?: string;
  readonly code?: string;
  readonly message?: string;
}

export const crashClasses = [
  hostClass("thick"),
  hostClass("thin", { thinPool: thinPool({ overprovisionRatio: 100 }) }),
] as const;
