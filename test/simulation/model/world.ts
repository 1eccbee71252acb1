import type { Api } from "./api.ts";
import type { Dice } from "./dice.ts";
import type { Stalls } from "./stalls.ts";
import type { Timeline } from "./timeline.ts";

/** What all parts of a history share. */
export interface World {
  readonly time: Timeline;
  readonly dice: Dice;
  readonly api: Api;
  readonly stalls: Stalls;
  /** Disturbances happen until then. */
  readonly calmFromMs: number;
  /** True now and then, while disturbances happen. */
  mishap(share: number): boolean;
  /** What must not happen. */
  complain(what: string): void;
}
