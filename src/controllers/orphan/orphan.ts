import type { Regarding } from "../../kube/events/series.ts";

/** What is left of something. */
export const orphanKinds = [
  /** A LogicalVolume that no PersistentVolume and no VolumeSnapshotContent names. */
  "logical-volume",
  /** A LogicalVolume of a node that the cluster does not have. */
  "lost-node",
  /** A volume on disk without a LogicalVolume. */
  "disk",
] as const;
export type OrphanKind = (typeof orphanKinds)[number];

/** Something that nobody wants any more, as far as can be seen. */
export interface Orphan {
  readonly kind: OrphanKind;
  /** The same at each look. */
  readonly key: string;
  /** What it is about, for an event. */
  readonly regarding: Regarding;
  readonly note: string;
}
