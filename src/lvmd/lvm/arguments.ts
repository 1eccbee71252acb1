import { NativestorError } from "../../base/errors.ts";
import { groupNameProblem, tagProblem, volumeNameProblem } from "../names.ts";

/** What all that creates has in common. */
export interface NewVolume {
  readonly group: string;
  readonly name: string;
  readonly tags: readonly string[];
}

/** A thick volume. With `wipe` old signatures go, so that nothing of a former file system shines through. */
export function createThick(
  volume: NewVolume & { sizeBytes: bigint; wipe: boolean; layout: readonly string[] },
): string[] {
  return [...creation(volume), ...wiping(volume.wipe), "-L", inBytes(volume.sizeBytes), ...volume.layout, volume.group];
}

/** A thin volume: takes room of its pool as it is written, and is blank, as a pool hands out zeroed blocks. */
export function createThin(
  volume: NewVolume & { pool: string; sizeBytes: bigint; options: readonly string[] },
): string[] {
  const pool = checked("thin-pool.name", volume.pool, groupNameProblem(volume.pool));
  const size = inBytes(volume.sizeBytes);
  return [...creation(volume), "-V", size, "--thinpool", pool, ...volume.options, volume.group];
}

export interface NewSnapshot extends NewVolume {
  readonly source: string;
  readonly readOnly: boolean;
}

/** A thin snapshot, active at once and at every start: without `-kn` it would have to be asked for (lvmthin(7)). */
export function createThinSnapshot(snapshot: NewSnapshot): string[] {
  return [...creation(snapshot), "-s", "-kn", ...access(snapshot), pathOf(snapshot.group, snapshot.source)];
}

/** A thick snapshot: `storeBytes` is the room for what changes, after which the snapshot is invalid. */
export function createThickSnapshot(snapshot: NewSnapshot & { storeBytes: bigint }): string[] {
  const size = ["-L", inBytes(snapshot.storeBytes)];
  return [...creation(snapshot), "-s", ...size, ...access(snapshot), pathOf(snapshot.group, snapshot.source)];
}

/** Makes a volume larger; its file system is left to whoever mounts it. */
export function extend(group: string, name: string, sizeBytes: bigint): string[] {
  return ["lvextend", "-y", "-L", inBytes(sizeBytes), pathOf(group, name)];
}

/** Makes a thin pool. LVM keeps a spare as large as its metadata beside it. */
export function createPool(
  pool: NewVolume & { dataBytes: bigint; metadataBytes: bigint; chunkBytes: bigint | undefined },
): string[] {
  const metadata = ["--poolmetadatasize", inBytes(pool.metadataBytes), "--poolmetadataspare", "y"];
  const chunk = pool.chunkBytes === undefined ? [] : ["-c", inBytes(pool.chunkBytes)];
  const zeroed = ["-Z", "y"];
  return [
    ...creation(pool),
    "--type",
    "thin-pool",
    "-L",
    inBytes(pool.dataBytes),
    ...metadata,
    ...chunk,
    ...zeroed,
    pool.group,
  ];
}

/** Makes the metadata of a thin pool larger, and the spare for it. */
export function extendMetadata(group: string, pool: string, metadataBytes: bigint): string[] {
  return ["lvextend", "-y", "--poolmetadatasize", inBytes(metadataBytes), pathOf(group, pool)];
}

/** Gives a volume another name. */
export function rename(group: string, name: string, next: string): string[] {
  return ["lvrename", "-y", groupOf(group), checked("name", name, volumeNameProblem(name)), next];
}

/** Parts a thick snapshot from its source: what is left is its store, a volume of its own. */
export function splitSnapshot(group: string, name: string): string[] {
  return ["lvconvert", "-y", "--splitsnapshot", pathOf(group, name)];
}

export function allowWrites(group: string, name: string): string[] {
  return ["lvchange", "-y", "-p", "rw", pathOf(group, name)];
}

export function activate(group: string, name: string): string[] {
  return ["lvchange", "-y", "-a", "y", pathOf(group, name)];
}

/** Takes a tag off a volume. */
export function untag(group: string, name: string, tag: string): string[] {
  return ["lvchange", "-y", "--deltag", checked("tag", tag, tagProblem(tag)), pathOf(group, name)];
}

/**
 * Removes one volume, found by its identity: one of the same name that somebody made meanwhile is left alone. So is one
 * that thick snapshots hang on, which lvremove would take along.
 */
export function remove(group: string, uuid: string): string[] {
  checked("uuid", uuid, /^[A-Za-z0-9-]+$/.test(uuid) ? undefined : "is no LVM identity");
  return ["lvremove", "-y", "-S", `lv_uuid=${uuid}&&lv_role!=thickorigin`, groupOf(group)];
}

/** Loads a volume's table into the kernel again and lets a suspended one go on. */
export function refresh(group: string, name: string): string[] {
  return ["lvchange", "-y", "--refresh", pathOf(group, name)];
}

function wiping(wipe: boolean): readonly string[] {
  return ["-W", wipe ? "y" : "n"];
}

function creation({ group, name, tags }: NewVolume): string[] {
  groupOf(group);
  checked("name", name, volumeNameProblem(name));
  const added = tags.flatMap((tag, index) => ["--addtag", checked(`tags[${index}]`, tag, tagProblem(tag))]);
  return ["lvcreate", "-y", "-n", name, ...added];
}

function access(snapshot: { readonly readOnly: boolean }): string[] {
  return ["-p", snapshot.readOnly ? "r" : "rw"];
}

function pathOf(group: string, name: string): string {
  return `${groupOf(group)}/${checked("name", name, volumeNameProblem(name))}`;
}

function groupOf(group: string): string {
  return checked("volume-group", group, groupNameProblem(group));
}

function inBytes(bytes: bigint): string {
  if (bytes > 0n) return `${bytes}b`;
  throw new NativestorError("invalid-argument", `size_bytes: is ${bytes}, must be above 0`);
}

// the rim has checked what callers sent; this keeps every other way to the command line shut as well
function checked(field: string, text: string, problem: string | undefined): string {
  if (problem === undefined) return text;
  throw new NativestorError("invalid-argument", `${field}: ${problem}`);
}
