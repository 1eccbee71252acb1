import {
  type IdentityServiceImplementation,
  PluginCapability_Service_Type as Service,
  PluginCapability_VolumeExpansion_Type as Expansion,
} from "../gen/csi.ts";

export interface Plugin {
  /** The driver's name. */
  readonly name: string;
  readonly version: string;
  /** Everything that calls need has been read. */
  isReady(): boolean;
}

/** CSI's Identity service, the same for the controller and for every node. */
export function identityService(plugin: Plugin): IdentityServiceImplementation {
  return {
    getPluginInfo: async () => ({ name: plugin.name, vendorVersion: plugin.version }),
    getPluginCapabilities: async () => ({
      capabilities: [
        { type: { $case: "service", value: { type: Service.CONTROLLER_SERVICE } } },
        { type: { $case: "service", value: { type: Service.VOLUME_ACCESSIBILITY_CONSTRAINTS } } },
        { type: { $case: "volumeExpansion", value: { type: Expansion.ONLINE } } },
      ],
    }),
    probe: async () => ({ ready: plugin.isReady() }),
  };
}
