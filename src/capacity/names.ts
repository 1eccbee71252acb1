/** Names on the wire that TopoLVM, the Go NativeStor and we share. Later ones live under `topolvm.io`, older ones under `topolvm.cybozu.com`. */
export interface Names {
  /** CSI driver name, which is also the StorageClasses' provisioner and the API group of LogicalVolumes. */
  readonly driver: string;
  /** Capacity annotation without its class: free bytes on a node, demanded bytes on a pod. */
  readonly capacityPrefix: string;
  /** Extended resource that marks a pod's first container, so that the scheduler asks us only about pods with volumes of ours. */
  readonly marker: string;
  /** Node label and CSI topology key. */
  readonly topologyKey: string;
  /** StorageClass parameter: the device class. */
  readonly deviceClassParameter: string;
  /** StorageClass parameter: the lvcreate option class. */
  readonly optionClassParameter: string;
  /** Node annotation of ours: comma-separated option classes that the node's lvmd offers. */
  readonly optionClassesAnnotation: string;
  /** Keeps a LogicalVolume until its node has removed what is on disk. */
  readonly volumeFinalizer: string;
  /** LogicalVolume annotation: its node is gone for good, so that nobody there has to remove what is on disk. */
  readonly pendingDeletionAnnotation: string;
  /** Keeps a Node until what was on it has been removed from the cluster. */
  readonly nodeFinalizer: string;
  /** Finalizer that TopoLVM puts on claims; we do not, and take it off. */
  readonly claimFinalizer: string;
  /** Node annotation of ours: which generation its capacity annotations are of. */
  readonly generationAnnotation: string;
  /** Node annotation of ours: since when nobody knows the node's room, as RFC 3339. */
  readonly unavailableAnnotation: string;
  /** LogicalVolume annotation: when a larger size was last asked for, which makes the node try again. */
  readonly resizeRequestedAnnotation: string;
}

export const currentNames: Names = namesOf("topolvm.io");
export const legacyNames: Names = namesOf("topolvm.cybozu.com");

/** StorageClass parameter of the CSI provisioner: the file system. The same under both sets of names. */
export const fsTypeParameter = "csi.storage.k8s.io/fstype";

function namesOf(domain: string): Names {
  return {
    driver: domain,
    capacityPrefix: `capacity.${domain}/`,
    marker: `${domain}/capacity`,
    topologyKey: `topology.${domain}/node`,
    deviceClassParameter: `${domain}/device-class`,
    optionClassParameter: `${domain}/lvcreate-option-class`,
    optionClassesAnnotation: `${domain}/lvcreate-option-classes`,
    volumeFinalizer: `${domain}/logicalvolume`,
    pendingDeletionAnnotation: `${domain}/pendingdeletion`,
    nodeFinalizer: `${domain}/node`,
    claimFinalizer: `${domain}/pvc`,
    generationAnnotation: `${domain}/capacity-generation`,
    unavailableAnnotation: `${domain}/capacity-unavailable-since`,
    resizeRequestedAnnotation: `${domain}/resize-requested-at`,
  };
}
