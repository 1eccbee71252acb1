import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { CapacityRange } from "../../gen/csi.ts";
import type { Parameters } from "./parameters.ts";
import { allowsSize } from "./size.ts";
import type { Wanted } from "./topology.ts";

/** What a repeated request has to agree on with the volume that its first call made. */
export interface Asked {
  readonly range: CapacityRange | undefined;
  readonly parameters: Parameters;
  readonly wanted: Wanted | undefined;
  /** Name of the LogicalVolume that it is a copy of. */
  readonly source: string | undefined;
}

/** Where an existing volume differs from what is asked for; undefined where it will do. */
export function misfitOf(existing: LogicalVolume, asked: Asked): string | undefined {
  if (existing.accessType === "ro") return "kind: it is a snapshot";
  if (existing.deviceClass !== asked.parameters.deviceClass) return `device class: ${named(existing.deviceClass)}`;
  if (existing.optionClass !== asked.parameters.optionClass) return `option class: ${named(existing.optionClass)}`;
  if (existing.source !== asked.source) return `source: ${named(existing.source ?? "")}`;
  if (asked.wanted !== undefined && !asked.wanted.possible.has(existing.nodeName)) return `node: ${existing.nodeName}`;
  if (!allowsSize(asked.range, existing.wantedBytes)) return `size: ${existing.wantedBytes} bytes`;
  return undefined;
}

function named(name: string): string {
  return name === "" ? "none" : name;
}
