/** A volume on this node, as the node service sees it. */
export interface NodeVolume {
  readonly id: string;
  readonly devMajor: number;
  readonly devMinor: number;
  /** lv_attr, as in lvs(8). */
  readonly attr: string;
  /** Was made from another volume or snapshot, so that its file system may be smaller than it, and look like the other. */
  readonly isCopy: boolean;
}

/** The volumes of this node. */
export interface NodeVolumes {
  /** undefined where this node has no such volume; snapshots are none: they are restored, never mounted. */
  find(id: string): Promise<NodeVolume | undefined>;
}
