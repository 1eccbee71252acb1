import type { CheckReport } from "./check.ts";
import type { LvmdConfig } from "./config/model.ts";
import type { Storage } from "./storage.ts";

/** What volumes are really made of. Knows classes of one volume group each. */
export interface Backend {
  open(config: LvmdConfig): Promise<Storage>;
  /** Ends what a former process left half done, and tells what it found. No storage may be open meanwhile. */
  check(config: LvmdConfig): Promise<CheckReport>;
  /** Names of the volume groups that have each of these tags. */
  groupsByTag(config: LvmdConfig, tags: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}
