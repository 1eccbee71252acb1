import type { LvmdConfig } from "./config/model.ts";
import type { Storage } from "./storage.ts";

/** What volumes are really made of. Knows classes of one volume group each. */
export interface Backend {
  open(config: LvmdConfig): Promise<Storage>;
  /** Names of the volume groups that have each of these tags. */
  groupsByTag(config: LvmdConfig, tags: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
}
