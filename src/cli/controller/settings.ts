import type { Address } from "../../base/address.ts";
import { currentNames, legacyNames, type Names } from "../../capacity/names.ts";
import { type OrphanSettings, orphanSettings } from "../node/settings.ts";
import type { ControllerValues } from "./table.ts";

/** What `controller` runs with. */
export interface ControllerSettings {
  readonly names: Names;
  readonly kubeconfig: string | undefined;
  readonly csiSocket: string;
  readonly namespace: string | undefined;
  readonly clusterName: string;
  /** Names the service that promises room; undefined where this process does so itself. */
  readonly serviceKubeconfig: string | undefined;
  readonly keepsVolumes: boolean;
  readonly metricsListen: Address | undefined;
  readonly protectsMetrics: boolean;
  readonly orphans: OrphanSettings;
}

/** Makes sense of the settings together. */
export function controllerSettings(values: ControllerValues): ControllerSettings {
  return {
    names: values["legacy-names"] ? legacyNames : currentNames,
    kubeconfig: values.kubeconfig,
    csiSocket: values["csi-socket"],
    namespace: values.namespace,
    clusterName: values["cluster-name"],
    serviceKubeconfig: values["service-kubeconfig"],
    keepsVolumes: values["keep-volumes-of-removed-nodes"],
    metricsListen: values["metrics-listen"],
    protectsMetrics: values["protect-metrics"],
    orphans: orphanSettings(values),
  };
}
