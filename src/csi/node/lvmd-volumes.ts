import type { VGServiceClient } from "../../gen/lvmd.ts";
import { isSnapshot } from "../rules/copy.ts";
import type { LogicalVolumes } from "../volumes/port.ts";
import type { NodeVolumes } from "./volumes.ts";

/** A node's volumes: what the cluster knows of them, and what lvmd says is there. */
export function lvmdVolumes(
  nodeName: string,
  volumes: Pick<LogicalVolumes, "find">,
  groups: Pick<VGServiceClient, "getLVList">,
): NodeVolumes {
  return {
    find: async (id) => {
      const wanted = await volumes.find(id);
      if (wanted === undefined || wanted.nodeName !== nodeName || isSnapshot(wanted)) return undefined;
      const { volumes: listed } = await groups.getLVList({ deviceClass: wanted.deviceClass });
      const there = listed.find(({ name }) => name === id);
      if (there === undefined) return undefined;
      const { devMajor, devMinor, attr } = there;
      return { id, devMajor, devMinor, attr, isCopy: wanted.source !== undefined };
    },
  };
}
