import type { NativestorError } from "../../base/errors.ts";
import type { DeviceClass } from "../config/device-class.ts";
import { illnessOf } from "./attr.ts";
import { type GroupReport, isCopyOnWrite, isPool, type VolumeReport } from "./report/group.ts";

/** A thick snapshot is lost when its room for changes is full: told from this level on, 0 to 100, while it can be helped. */
const storeWarnPercent = 80;

/** What is known of a group when its health is asked for. */
export interface Sight {
  /** Undefined where it cannot be read. */
  readonly group: GroupReport | undefined;
  /** Why it cannot be read. */
  readonly problem: NativestorError | undefined;
  /** What could not be done for a thin pool, by its name. */
  readonly poolProblems: ReadonlyMap<string, string>;
}

/** What is wrong with a volume, as the end of a sentence about it; undefined where it is well. */
export function volumeHealth(volume: VolumeReport): string | undefined {
  return illnessOf(volume.attributes) ?? storeWarning(volume);
}

function storeWarning(volume: VolumeReport): string | undefined {
  const { dataPercent } = volume;
  if (!isCopyOnWrite(volume) || dataPercent === undefined || dataPercent < storeWarnPercent) return undefined;
  return `is a snapshot whose room for changes is ${dataPercent.toFixed(2)} % full: full, it becomes invalid`;
}

/** What is wrong with the volume group, the disks or the pool of a class, as a sentence; undefined where all is well. */
export function classHealth({ group, problem, poolProblems }: Sight, { thinPool }: DeviceClass): string | undefined {
  if (group === undefined) return problem?.message ?? "the volume group was not read yet";
  const causes = [
    ...diskProblems(group),
    ...(group.writeable ? [] : [`volume group ${group.name} is read-only`]),
    ...(thinPool === undefined ? [] : poolHealth(group, thinPool.name, poolProblems)),
  ];
  return causes.length === 0 ? undefined : causes.join("; ");
}

function diskProblems({ name, missingDisks }: GroupReport): string[] {
  if (missingDisks === 0) return [];
  return [`volume group ${name} misses ${missingDisks === 1 ? "a disk" : `${missingDisks} disks`}`];
}

function poolHealth(group: GroupReport, name: string, problems: ReadonlyMap<string, string>): string[] {
  const problem = problems.get(name);
  if (problem !== undefined) return [problem];
  const pool = group.volumes.find((volume) => volume.name === name && isPool(volume));
  if (pool === undefined) return [`thin pool ${group.name}/${name} is missing`];
  const illness = illnessOf(pool.attributes);
  if (illness !== undefined) return [`${group.name}/${name} ${illness}`];
  return pool.dataPercent === 100 ? [`thin pool ${group.name}/${name} is full: writes to its volumes fail`] : [];
}
