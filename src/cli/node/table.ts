import { agentTable } from "../agent/table.ts";
import { duration, text } from "../settings/kinds.ts";
import type { ValuesOf } from "../settings/setting.ts";

/** Settings of `nativestor node`. */
export const nodeTable = {
  ...agentTable,
  "node-name": text({
    placeholder: "NAME",
    help: "the node's name in the cluster; default is the variable NODE_NAME",
    initial: undefined,
  }),
  "lvmd-socket": text({
    placeholder: "PATH",
    help: "where lvmd listens, ours or TopoLVM's; default is /run/topolvm/lvmd.sock",
    initial: undefined,
  }),
  "lvmd-config": text({
    placeholder: "FILE",
    help: "run lvmd in this process, with this configuration",
    initial: undefined,
  }),
  "lvmd-patience": duration({
    placeholder: "TIME",
    help: "how long lvmd may be away before the node takes no new volumes",
    initial: 120_000,
    initialText: "2m",
  }),
  "registration-dir": text({
    placeholder: "DIR",
    help: "kubelet's folder plugins_registry, to register the driver there; without it a registrar beside us has to",
    initial: undefined,
  }),
  "kubelet-csi-socket": text({
    placeholder: "PATH",
    help: "where kubelet finds --csi-socket; default is the same path",
    initial: undefined,
  }),
  "device-dir": text({
    placeholder: "DIR",
    help: "folder for the volumes' device nodes",
    initial: "/dev/topolvm",
  }),
  "state-dir": text({
    placeholder: "DIR",
    help: "folder on the node's own disk for what has to outlive a restart",
    initial: "/var/lib/nativestor",
  }),
};

/** What the table comes to, before it is made sense of. */
export type NodeValues = ValuesOf<typeof nodeTable>;
