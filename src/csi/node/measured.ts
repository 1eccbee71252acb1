import type { MeasureStep } from "../../base/measure.ts";
import type { FileSystems } from "../filesystem/port.ts";
import type { DeviceNodes } from "../mount/device-nodes.ts";
import type { Mounts } from "../mount/port.ts";
import type { NodeDependencies } from "./dependencies.ts";
import type { NodeVolumes } from "./volumes.ts";

type Steps = Pick<NodeDependencies, "volumes" | "mounts" | "fileSystems" | "devices">;

/** What the node's calls are made of, measured: asking lvmd, the device, its content, mounting. */
export function measuredNode<T extends Steps>(dependencies: T, measure: MeasureStep): T {
  const { volumes, mounts, fileSystems, devices } = dependencies;
  return {
    ...dependencies,
    volumes: measuredFind(volumes, measure),
    devices: measuredDevices(devices, measure),
    fileSystems: measuredFileSystems(fileSystems, measure),
    mounts: measuredMounts(mounts, measure),
  };
}

function measuredFind(volumes: NodeVolumes, measure: MeasureStep): NodeVolumes {
  return { find: (id) => measure("find-volume", () => volumes.find(id)) };
}

function measuredDevices(devices: DeviceNodes, measure: MeasureStep): DeviceNodes {
  return { ...devices, place: (id, major, minor) => measure("device", () => devices.place(id, major, minor)) };
}

function measuredFileSystems(fileSystems: FileSystems, measure: MeasureStep): FileSystems {
  return {
    inspect: (device) => measure("inspect", () => fileSystems.inspect(device)),
    format: (device, fileSystem) => measure("format", () => fileSystems.format(device, fileSystem)),
    check: (device, fileSystem) => measure("check", () => fileSystems.check(device, fileSystem)),
    renew: (device, fileSystem, uuid) => measure("renew", () => fileSystems.renew(device, fileSystem, uuid)),
    grow: (device, fileSystem, mountPoint) =>
      measure("grow-file-system", () => fileSystems.grow(device, fileSystem, mountPoint)),
  };
}

function measuredMounts(mounts: Mounts, measure: MeasureStep): Mounts {
  return {
    list: () => mounts.list(),
    mount: (wish) => measure("mount", () => mounts.mount(wish)),
    bind: (source, target) => measure("mount", () => mounts.bind(source, target)),
    makeReadOnly: (target) => measure("mount-read-only", () => mounts.makeReadOnly(target)),
    unmount: (target) => measure("unmount", () => mounts.unmount(target)),
  };
}
