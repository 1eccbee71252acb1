import { spareMemory } from "../agent/frugal.ts";
import { logTable, loggerFor } from "../log.ts";
import { nodeSettings } from "../node/settings.ts";
import { nodeTable } from "../node/table.ts";
import { defineRole } from "../role.ts";

/** The agent of one node. */
export const node = defineRole({
  table: { ...nodeTable, ...logTable },
  readsFile: true,
  epilogue: `Makes the LogicalVolumes of its node through lvmd, publishes the node's room as annotations, and serves CSI's node service.
Formats and mounts, so that it needs root and, in a container, the host's mounts.`,
  run: async (values, surroundings) => {
    const settings = nodeSettings(values, surroundings.env);
    spareMemory();
    const { runNode } = await import("../node/run.ts");
    await runNode(settings, surroundings, loggerFor(values, surroundings));
  },
});
