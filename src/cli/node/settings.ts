import { NativestorError } from "../../base/errors.ts";
import { currentNames, legacyNames, type Names } from "../../capacity/names.ts";
import type { OrphanMode } from "../../controllers/orphan/collector.ts";
import type { Address } from "../../base/address.ts";
import type { NodeValues } from "./table.ts";

/** What `node` runs with. */
export interface NodeSettings {
  readonly nodeName: string;
  readonly names: Names;
  readonly kubeconfig: string | undefined;
  /** Of one, lvmd is a process of its own; of the other, it runs in this one. */
  readonly lvmd: { readonly socketPath: string } | { readonly configPath: string };
  readonly patienceMs: number;
  readonly csiSocket: string;
  readonly kubeletSocket: string;
  readonly registrationFolder: string | undefined;
  readonly deviceFolder: string;
  readonly stateFolder: string;
  readonly metricsListen: Address | undefined;
  readonly protectsMetrics: boolean;
  readonly orphans: OrphanSettings;
}

/** How orphans are dealt with. */
export interface OrphanSettings {
  readonly mode: OrphanMode;
  readonly graceMs: number;
  readonly everyMs: number;
}

/** Where lvmd listens where nobody says it. */
const defaultLvmdSocket = "/run/topolvm/lvmd.sock";

/** @throws NativestorError `invalid-argument` where something lacks or contradicts another */
export function nodeSettings(values: NodeValues, env: Readonly<Record<string, string | undefined>>): NodeSettings {
  const nodeName = values["node-name"] ?? (env.NODE_NAME || undefined);
  if (nodeName === undefined) throw wrong("--node-name NAME is missing: give the node's name in the cluster");
  const [socketPath, configPath] = [values["lvmd-socket"], values["lvmd-config"]];
  if (socketPath !== undefined && configPath !== undefined)
    throw wrong("--lvmd-socket and --lvmd-config contradict each other: lvmd runs elsewhere or in this process");
  return {
    nodeName,
    names: values["legacy-names"] ? legacyNames : currentNames,
    kubeconfig: values.kubeconfig,
    lvmd: configPath === undefined ? { socketPath: socketPath ?? defaultLvmdSocket } : { configPath },
    patienceMs: values["lvmd-patience"],
    csiSocket: values["csi-socket"],
    kubeletSocket: values["kubelet-csi-socket"] ?? values["csi-socket"],
    registrationFolder: values["registration-dir"],
    deviceFolder: values["device-dir"],
    stateFolder: values["state-dir"],
    metricsListen: values["metrics-listen"],
    protectsMetrics: values["protect-metrics"],
    orphans: orphanSettings(values),
  };
}

/** As the settings of several roles have it. */
export function orphanSettings(
  values: Pick<NodeValues, "orphans" | "orphan-grace" | "orphan-interval">,
): OrphanSettings {
  return { mode: values.orphans, graceMs: values["orphan-grace"], everyMs: values["orphan-interval"] };
}

function wrong(message: string): NativestorError {
  return new NativestorError("invalid-argument", message);
}
