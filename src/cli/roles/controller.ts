import { spareMemory } from "../agent/frugal.ts";
import { controllerSettings } from "../controller/settings.ts";
import { controllerTable } from "../controller/table.ts";
import { logTable, loggerFor } from "../log.ts";
import { defineRole } from "../role.ts";

/** The CSI controller service, and what is done once in a cluster. */
export const controller = defineRole({
  table: { ...controllerTable, ...logTable },
  readsFile: true,
  epilogue: `Serves CSI's controller service to the sidecars beside it: csi-provisioner, csi-resizer, csi-snapshotter. Of several
replicas one leads: it removes pods that hold a claim which is being removed, cleans up after removed Nodes, and looks
for orphaned volumes.`,
  run: async (values, surroundings) => {
    spareMemory();
    const { runController } = await import("../controller/run.ts");
    await runController(controllerSettings(values), surroundings, loggerFor(values, surroundings));
  },
});
