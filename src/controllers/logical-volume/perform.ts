import { NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { countedBytes } from "../../capacity/counted.ts";
import type { Names } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { jsonPatch, mergePatch } from "../../kube/apply.ts";
import type { EventRecorder } from "../../kube/events/recorder.ts";
import { withFinalizer, withoutFinalizer } from "../../kube/finalizers.ts";
import type { Counting } from "../capacity/counting.ts";
import type { Step } from "./decide.ts";
import type { Disk } from "./disk.ts";
import type { NodeVolume } from "./read.ts";
import { failedPatch, isPassing, madePatch } from "./status.ts";

/** What steps are performed with. */
export interface Workshop {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly disk: Disk;
  readonly counting: Counting;
  readonly events: EventRecorder;
  readonly log: Logger;
  /** The LogicalVolume of this name on this node. */
  find(name: string): NodeVolume | undefined;
  /** Learns of a state that the API server has answered. */
  take(json: unknown): void;
}

/** What a step came to: another one may follow, or there is nothing more to do for now. */
export type Outcome = "go-on" | "stop";

/**
 * Performs one step about a volume.
 * @throws NativestorError where it has to be tried again later
 */
export async function perform(shop: Workshop, volume: NodeVolume, step: Step): Promise<Outcome> {
  switch (step.kind) {
    case "done":
      return "stop";
    case "guard": {
      const operations = withFinalizer(volume.finalizers, shop.names.volumeFinalizer, volume.version);
      shop.take(await jsonPatch(shop.access, pathOf(shop, volume), operations));
      return "go-on";
    }
    case "make":
      return change(shop, volume, "CreateVolume", () => orMade(shop, volume, () => shop.disk.make(volume)));
    case "copy":
      return change(shop, volume, "CopyVolume", () =>
        orMade(shop, volume, async () => shop.disk.copy(volume, sourceOnDisk(shop, step.source), step.accessType)),
      );
    case "measure":
      return change(shop, volume, "MeasureVolume", () => measured(shop, volume));
    case "grow":
      return change(shop, volume, "ExpandVolume", () => shop.disk.grow(volume));
    case "remove":
      return remove(shop, volume);
  }
}

async function change(
  shop: Workshop,
  volume: NodeVolume,
  action: string,
  run: () => Promise<bigint>,
): Promise<Outcome> {
  let sizeBytes: bigint;
  try {
    sizeBytes = await run();
  } catch (error) {
    const failure = NativestorError.from(error);
    if (isPassing(failure)) throw failure;
    await fail(shop, volume, action, failure);
    return "stop";
  }
  await record(shop, volume, sizeBytes);
  shop.log.info({ volume: volume.name, uid: volume.uid, action, sizeBytes: String(sizeBytes) }, "changed a volume");
  return "go-on";
}

/**
 * Makes a volume. What cannot be made may be there already: with another size, since more was wished for meanwhile; without the source that
 * it was made from; or behind TopoLVM's lvmd, which says INTERNAL for a name that exists.
 */
async function orMade(shop: Workshop, volume: NodeVolume, make: () => Promise<bigint>): Promise<bigint> {
  try {
    return await make();
  } catch (error) {
    if (isPassing(NativestorError.from(error))) throw error;
    const sizeBytes = await shop.disk.measure(volume).catch(() => undefined);
    if (sizeBytes === undefined) throw error;
    return sizeBytes;
  }
}

async function measured(shop: Workshop, volume: NodeVolume): Promise<bigint> {
  const sizeBytes = await shop.disk.measure(volume);
  if (sizeBytes !== undefined) return sizeBytes;
  throw new NativestorError("not-found", "the volume is not on disk any more");
}

/** Writes down what is on disk. Where that failed, the next look finds the volume there and writes it down then. */
async function record(shop: Workshop, volume: NodeVolume, sizeBytes: bigint): Promise<void> {
  const { counting, access } = shop;
  const generation = counting.changed();
  const earlierBytes = countedBytes(volume.counted, volume.currentBytes ?? 0n, counting.published);
  const patch = madePatch(volume, sizeBytes, { generation, earlierBytes });
  shop.take(await counting.hold(mergePatch(access, `${pathOf(shop, volume)}/status`, patch)));
}

async function remove(shop: Workshop, volume: NodeVolume): Promise<Outcome> {
  try {
    await shop.disk.remove(volume);
  } catch (error) {
    const failure = NativestorError.from(error);
    if (!isPassing(failure)) await fail(shop, volume, "DeleteVolume", failure);
    throw failure;
  }
  shop.counting.changed();
  const operations = withoutFinalizer(volume.finalizers, shop.names.volumeFinalizer);
  await jsonPatch(shop.access, pathOf(shop, volume), operations);
  shop.log.info({ volume: volume.name, uid: volume.uid }, "removed a volume");
  return "stop";
}

async function fail(shop: Workshop, volume: NodeVolume, action: string, failure: NativestorError): Promise<void> {
  const { name, uid } = volume;
  const note = failure.message;
  const regarding = { apiVersion: `${shop.names.driver}/v1`, kind: "LogicalVolume", name, uid };
  shop.log.warn({ volume: name, uid, action, code: failure.code, error: note }, "could not change a volume");
  shop.events.record({ regarding, type: "Warning", reason: `${action}Failed`, action, note });
  shop.take(await mergePatch(shop.access, `${pathOf(shop, volume)}/status`, failedPatch(volume, failure)));
}

/** @throws NativestorError `not-found` where there is no such source, `aborted` where it is still being made */
function sourceOnDisk(shop: Workshop, name: string): string {
  const source = shop.find(name);
  if (source === undefined)
    throw new NativestorError("not-found", `spec.source: there is no LogicalVolume ${name} here`);
  if (source.volumeId !== undefined) return source.volumeId;
  throw new NativestorError("aborted", `spec.source: LogicalVolume ${name} has still to be made`);
}

function pathOf({ names }: Workshop, { name }: NodeVolume): string {
  return `/apis/${names.driver}/v1/logicalvolumes/${encodeURIComponent(name)}`;
}
