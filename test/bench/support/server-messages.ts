import type { Stalls } from "./stalls.ts";

export type ServerRole = "service" | "echo";

/** What a server process is asked: how it is doing, or, of the echo, to answer a path with these bytes from now on. */
export type Ask =
  | { readonly kind: "report" }
  | { readonly kind: "answer"; readonly path: string; readonly body: Uint8Array };

/** How a server process is doing. */
export interface ServerReport {
  /** Since the report before. */
  readonly stalls: Stalls;
  /** All its threads, since the process began. */
  readonly cpuMs: number;
  readonly rssBytes: number;
  /** The most since the process began. */
  readonly peakRssBytes: number;
}
