import type { Clock } from "../../base/clock.ts";
import { messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import type { DeviceClass } from "../config/device-class.ts";
import { imageName } from "../names.ts";
import { storeBytesFor } from "../snapshot-store.ts";
import type { CreateSnapshot } from "../storage.ts";
import { createThickSnapshot, remove, untag } from "./arguments.ts";
import { createSnapshot } from "./changes.ts";
import type { Devices } from "./content/devices.ts";
import { errorOf } from "./faults.ts";
import type { Jobs } from "./jobs.ts";
import { make, type Workshop } from "./make.ts";
import { copyingMark } from "./marks.ts";
import { deviceBytes, isCopyOnWrite, type VolumeReport } from "./report/group.ts";
import { volumeIn } from "./view.ts";
import { retire } from "./wipe.ts";

/** How long a caller is kept waiting for a copy before it is told to ask again. */
const waitMs = 20_000;

export interface CopyMeans {
  readonly workshop: Workshop;
  readonly inTurn: <T>(job: () => Promise<T>) => Promise<T>;
  /** As `inTurn`, see `HostGroup`. */
  readonly change: <T>(volume: string, job: () => Promise<T>) => Promise<T>;
  readonly jobs: Jobs;
  readonly devices: Devices;
  readonly clock: Clock;
  readonly log: Logger;
}

/** Copies of thick volumes in one group. */
export interface Copies {
  /**
   * Makes a volume with the content of another one, which then stands alone. Long copies go on beside other work.
   * @throws NativestorError `aborted` while it is under way; the same request finds it done later
   */
  create(deviceClass: DeviceClass, request: CreateSnapshot): Promise<VolumeReport>;
  /** Gives a copy up that is under way. @returns whether there was one */
  cancel(name: string): Promise<boolean>;
}

export function createCopies(means: CopyMeans): Copies {
  const { workshop, inTurn, change, jobs, clock, log } = means;
  const progress = new Map<string, bigint>();
  /** Why the last attempt failed, for whoever asks next. */
  const failures = new Map<string, NativestorError>();

  /** Makes the empty volume, or finds what an equal request made, and starts to copy. In the group's queue. */
  async function begin(deviceClass: DeviceClass, request: CreateSnapshot): Promise<VolumeReport> {
    const target = await createSnapshot(workshop, deviceClass, request);
    if (!isCopying(target) || jobs.has(jobOf(request.name))) return target;
    const source = volumeIn(workshop.keeper.known ?? (await workshop.keeper.read()), deviceClass, request.sourceVolume);
    try {
      if (source === undefined)
        throw new NativestorError("not-found", `source_volume: ${request.sourceVolume} is gone`);
      const image = await imageOf(workshop, deviceClass, source);
      jobs.start(jobOf(request.name), (signal) => run(deviceClass, target, source, image, signal));
    } catch (error) {
      await takeAway(workshop, deviceClass, target.name);
      throw error;
    }
    return target;
  }

  async function run(
    deviceClass: DeviceClass,
    target: VolumeReport,
    source: VolumeReport,
    image: VolumeReport,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      await fill(means, deviceClass, target, image, signal, (bytes) => void progress.set(target.name, bytes));
      await inTurn(async () => {
        if (image !== source) await takeAway(workshop, deviceClass, image.name);
        await unmark(workshop, target.name);
      });
      log.info({ group: target.path, source: source.name, bytes: String(deviceBytes(source)) }, "copied a volume");
    } catch (error) {
      failures.set(target.name, NativestorError.from(error));
      await inTurn(async () => {
        if (image !== source) await takeAway(workshop, deviceClass, image.name);
        await takeAway(workshop, deviceClass, target.name);
      });
      throw error;
    } finally {
      progress.delete(target.name);
    }
  }

  async function waitFor(name: string): Promise<void> {
    const { promise: late, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(waitMs, resolve);
    await Promise.race([jobs.ended(jobOf(name)), late]).finally(cancel);
  }

  const takeFailure = (name: string) => {
    const failure = failures.get(name);
    failures.delete(name);
    if (failure !== undefined)
      throw new NativestorError(failure.code, `name: ${name} cannot be copied: ${failure.message}`, { cause: failure });
  };
  return {
    create: async (deviceClass, request) => {
      const { name, sourceVolume } = request;
      takeFailure(name);
      const target = await change(name, () => begin(deviceClass, request));
      if (!isCopying(target)) return target;
      await waitFor(name);
      takeFailure(name);
      const made = await change(name, () => begin(deviceClass, request));
      if (!isCopying(made)) return made;
      const percent = Number(((progress.get(name) ?? 0n) * 100n) / deviceBytes(made));
      throw new NativestorError("aborted", `name: ${sourceVolume} is being copied to ${name}, ${percent} % are done`);
    },
    cancel: async (name) => {
      // one that is just being begun is a job when its turn is over
      await inTurn(async () => {});
      const isRunning = jobs.has(jobOf(name));
      if (isRunning) await jobs.cancel(jobOf(name));
      return isRunning;
    },
  };
}

/** Name of the job that copies to a volume. */
function jobOf(name: string): string {
  return `copy ${name}`;
}

/** A copy is under way to this volume, or what a crash left of it. */
export function isCopying({ tags }: VolumeReport): boolean {
  return tags.includes(copyingMark);
}

/** What a volume is copied from while it may be written to; a thick snapshot that nobody writes to is that itself. */
async function imageOf(workshop: Workshop, deviceClass: DeviceClass, source: VolumeReport): Promise<VolumeReport> {
  const { keeper, newId } = workshop;
  if (isCopyOnWrite(source)) {
    if (source.attributes.permissions !== "writeable" || source.attributes.open === false) return source;
    throw new NativestorError("failed-precondition", `source_volume: ${source.name} is a snapshot that is in use`);
  }
  const group = keeper.known ?? (await keeper.read());
  const sizes = { askedBytes: deviceBytes(source), sourceBytes: deviceBytes(source), extentBytes: group.extentBytes };
  // nobody asks for a size here: all of the source may be written meanwhile
  const policy = deviceClass.snapshotStore === "asked" ? "full" : deviceClass.snapshotStore;
  const wanted = storeBytesFor(policy, sizes);
  const name = imageName(newId());
  return make(workshop, {
    name,
    creation: (mark) =>
      createThickSnapshot({
        group: group.name,
        name,
        tags: [mark],
        source: source.name,
        readOnly: true,
        // what is written meanwhile has to find room: as much as there is
        storeBytes: wanted < group.freeBytes || group.freeBytes === 0n ? wanted : group.freeBytes,
      }),
    completion: () => undefined,
  });
}

async function fill(
  { devices, clock }: CopyMeans,
  { copyBandwidthBytes }: DeviceClass,
  target: VolumeReport,
  image: VolumeReport,
  signal: AbortSignal,
  onProgress: (bytes: bigint) => void,
): Promise<void> {
  const pace = { clock, signal, bandwidthBytes: copyBandwidthBytes };
  const bytes = deviceBytes(image);
  await devices.copy(image.path, target.path, bytes, pace, onProgress);
  // a larger copy must not show what was on the disk before
  await devices.zero(target.path, { start: bytes, bytes: deviceBytes(target) - bytes }, pace);
}

async function unmark({ keeper }: Workshop, name: string): Promise<void> {
  const { outcome, group } = await keeper.change(untag(keeper.name, name, copyingMark));
  const volume = group.volumes.find((entry) => entry.name === name);
  if (volume === undefined || isCopying(volume)) throw errorOf(`lvchange ${keeper.name}/${name}`, outcome);
}

/** Removes what is there for a copy only, as its class has it. In the group's queue. */
export async function takeAway(workshop: Workshop, { onDelete }: DeviceClass, name: string): Promise<void> {
  const { keeper } = workshop;
  const before = await keeper.catchUp([name]);
  const volume = before.volumes.find((entry) => entry.name === name);
  if (volume === undefined) return;
  if (onDelete.mode !== "none") return retire(workshop, volume);
  const { outcome, group } = await keeper.change(remove(keeper.name, volume.uuid));
  if (group.volumes.some(({ uuid }) => uuid === volume.uuid))
    throw new NativestorError("unavailable", messageOf(errorOf(`what is left of a copy, ${name}`, outcome)));
}
