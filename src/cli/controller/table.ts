import { agentTable } from "../agent/table.ts";
import { onOff, text } from "../settings/kinds.ts";
import type { ValuesOf } from "../settings/setting.ts";

/** Settings of `nativestor controller`. */
export const controllerTable = {
  ...agentTable,
  namespace: text({
    placeholder: "NAME",
    help: "where the lease is by which one of several leads; default is the pod's own namespace, else nativestor-system",
    initial: undefined,
  }),
  "cluster-name": text({
    placeholder: "NAME",
    help: "label of topolvm_health_cluster_status, for whoever watches several clusters",
    initial: "nativestor",
  }),
  "service-kubeconfig": text({
    placeholder: "FILE",
    help: "a kubeconfig that names `nativestor serve`, asked for room for what no scheduler places: volumes that wait for no pod, copies, growth; without it these see what the scheduler has promised a moment late",
    initial: undefined,
  }),
  "keep-volumes-of-removed-nodes": onOff({
    help: "leave claims and LogicalVolumes of a Node that is removed as they are: it will come back with its disks",
  }),
};

/** What the table comes to, before it is made sense of. */
export type ControllerValues = ValuesOf<typeof controllerTable>;
