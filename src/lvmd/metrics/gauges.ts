import type { ClassState, GroupState } from "../storage.ts";

/** One value with its labels. */
export interface Reading<T> {
  readonly labels: Readonly<Record<string, string>>;
  readonly of: T;
}

/** Figures of each class. */
export const classGauges = [
  {
    name: "topolvm_volumegroup_size_bytes",
    help: "Size of the class's volume group, of several that of the one with the most room.",
    valueOf: (state: ClassState) => state.sizeBytes,
  },
  {
    name: "topolvm_volumegroup_available_bytes",
    help: "Free room of the class's volume group, spare room taken off.",
    valueOf: (state: ClassState) => state.groupFreeBytes,
  },
  {
    name: "topolvm_thinpool_size_bytes",
    help: "Size of the class's thin pool.",
    valueOf: ({ thinPool }: ClassState) => thinPool?.sizeBytes,
  },
  {
    name: "topolvm_thinpool_data_percent",
    help: "Fill level of the thin pool's data, 0 to 100.",
    valueOf: ({ thinPool }: ClassState) => thinPool?.dataPercent,
  },
  {
    name: "topolvm_thinpool_metadata_percent",
    help: "Fill level of the thin pool's metadata, 0 to 100.",
    valueOf: ({ thinPool }: ClassState) => thinPool?.metadataPercent,
  },
  {
    name: "topolvm_thinpool_overprovisioned_available",
    help: "Bytes that the thin pool may still promise.",
    valueOf: ({ thinPool }: ClassState) => thinPool?.overprovisionBytes,
  },
  {
    name: "nativestor_lvmd_free_bytes",
    help: "What one new volume of the class can have: free room of its volume group, or what its thin pool may promise.",
    valueOf: (state: ClassState) => state.freeBytes,
  },
  {
    name: "nativestor_lvmd_class_status",
    help: "0 where volume group, disks and thin pool of the class are well, 1 where something is wrong.",
    valueOf: ({ health }: ClassState) => (health === undefined ? 0 : 1),
  },
];

/** Figures of each group of a class that has several. */
export const groupGauges = [
  {
    name: "nativestor_lvmd_group_size_bytes",
    help: "Size of each volume group of a class that has several.",
    valueOf: (group: GroupState) => group.sizeBytes,
  },
  {
    name: "nativestor_lvmd_group_free_bytes",
    help: "What one new volume can have in each volume group of a class that has several.",
    valueOf: (group: GroupState) => group.freeBytes,
  },
];
