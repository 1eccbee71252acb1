import type { Logger } from "../../base/log.ts";
import type { RegistrationServiceImplementation } from "../../gen/pluginregistration.ts";

/** Kubelet asks for one that it knows; all 1.x are one to it. */
const csiVersions = ["1.0.0"];

export interface Registrant {
  /** The driver's name. */
  readonly name: string;
  /** Path of the plugin's own socket, as kubelet sees it. */
  readonly endpoint: string;
  readonly log: Logger;
  /** Told how kubelet took it; `error` where it did not. */
  readonly onAnswer?: (error: string | undefined) => void;
}

/** What kubelet asks a plugin that it has found. */
export function registrationService({ name, endpoint, log, onAnswer }: Registrant): RegistrationServiceImplementation {
  return {
    getInfo: async () => ({ type: "CSIPlugin", name, endpoint, supportedVersions: csiVersions }),
    notifyRegistrationStatus: async ({ pluginRegistered, error }) => {
      if (pluginRegistered) log.info({ driver: name }, "kubelet has registered the driver");
      else log.error({ driver: name, error }, "kubelet has not registered the driver");
      onAnswer?.(pluginRegistered ? undefined : error);
      return {};
    },
  };
}
