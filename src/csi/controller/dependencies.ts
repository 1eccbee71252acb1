import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { ClusterView } from "../../cluster/view.ts";
import type { Claims } from "../claims/port.ts";
import type { LeastSizes } from "../rules/file-systems.ts";
import type { Room } from "../room/port.ts";
import type { LogicalVolumes } from "../volumes/port.ts";

/** What the controller's calls work with. */
export interface ControllerDependencies {
  readonly volumes: LogicalVolumes;
  /** Tells how much room every node has. */
  readonly view: Pick<ClusterView, "nodes" | "health">;
  readonly claims: Claims;
  /** Promises room to what no scheduler has chosen a node for. */
  readonly room: Room;
  readonly names: Names;
  readonly leastSizes: LeastSizes;
  readonly log: Logger;
}
