import type { ControlPlane } from "../../kube/harness/control-plane.ts";

const path = "/apis/storage.k8s.io/v1/storageclasses";

/** What of a StorageClass differs here; Kubernetes' and the driver's defaults where nothing is said. */
export interface StorageClassOptions {
  readonly deviceClass: string | undefined;
  readonly optionClass?: string;
  readonly fileSystem?: string;
  readonly volumeBindingMode?: string;
  readonly mountOptions?: readonly string[];
}

/** StorageClasses by name. */
const classes = {
  ssd: { deviceClass: "ssd" },
  default: { deviceClass: undefined },
  ext4: { deviceClass: "ssd", fileSystem: "ext4" },
  xfs: { deviceClass: "ssd", fileSystem: "xfs", mountOptions: ["noatime"] },
  btrfs: { deviceClass: "ssd", fileSystem: "btrfs" },
  hdd: { deviceClass: "hdd" },
  thin: { deviceClass: "thin" },
  linear: { deviceClass: "pair" },
  mirrored: { deviceClass: "pair", optionClass: "raid1" },
  "ssd-immediate": { deviceClass: "ssd", volumeBindingMode: "Immediate" },
  "hdd-immediate": { deviceClass: "hdd", volumeBindingMode: "Immediate" },
  "thin-immediate": { deviceClass: "thin", volumeBindingMode: "Immediate" },
} as const satisfies Record<string, StorageClassOptions>;

/** Name of one of the StorageClasses. */
export type StorageClassName = keyof typeof classes;

/** A StorageClass as a person writes it. */
export function storageClass(name: string, options: StorageClassOptions): object {
  const {
    deviceClass,
    optionClass,
    fileSystem,
    volumeBindingMode = "WaitForFirstConsumer",
    mountOptions = [],
  } = options;
  return {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name },
    provisioner: "topolvm.io",
    parameters: {
      ...(deviceClass === undefined ? {} : { "topolvm.io/device-class": deviceClass }),
      ...(optionClass === undefined ? {} : { "topolvm.io/lvcreate-option-class": optionClass }),
      ...(fileSystem === undefined ? {} : { "csi.storage.k8s.io/fstype": fileSystem }),
    },
    volumeBindingMode,
    mountOptions,
    allowVolumeExpansion: true,
  };
}

/** Makes the StorageClasses, and the class of snapshots. */
export async function createStorageClasses({ api }: ControlPlane): Promise<void> {
  for (const [name, options] of Object.entries(classes)) await api.create(path, storageClass(name, options));
}

/** Makes the one class of snapshots; its definition may be served a moment later than it was made. */
export function createSnapshotClass({ api }: ControlPlane): Promise<unknown> {
  return api.create("/apis/snapshot.storage.k8s.io/v1/volumesnapshotclasses", {
    apiVersion: "snapshot.storage.k8s.io/v1",
    kind: "VolumeSnapshotClass",
    metadata: { name: "snapshots" },
    driver: "topolvm.io",
    deletionPolicy: "Delete",
  });
}
