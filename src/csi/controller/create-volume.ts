import { NativestorError } from "../../base/errors.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { CreateVolumeRequest, CreateVolumeResponse, Volume } from "../../gen/csi.ts";
import { checkCopy } from "../rules/copy.ts";
import { quoted, refuse } from "../rules/refuse.ts";
import { misfitOf } from "../rules/same.ts";
import { sizeOf } from "../rules/size.ts";
import { topologyOf, type Wanted } from "../rules/topology.ts";
import type { Wish } from "../volumes/port.ts";
import { chosenNode } from "./chosen.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { requireKind } from "./find.ts";
import { make } from "./make.ts";
import { offersOf } from "./offers.ts";
import { type Creation, readCreate } from "./read-create.ts";
import { reserveForCopy } from "./reserve.ts";

/** Makes a volume on the node where it is wanted, or where there is most room; a copy where its source is. */
export async function createVolume(
  dependencies: ControllerDependencies,
  request: CreateVolumeRequest,
  signal: AbortSignal,
): Promise<CreateVolumeResponse> {
  const { volumes, names } = dependencies;
  const creation = readCreate(request, names);
  const { sourceId, parameters, range, wanted } = creation;
  const field = "volume_content_source";
  const source = sourceId && (await requireKind(volumes, sourceId.kind, sourceId.id, field));
  const volume = await make(
    dependencies,
    () => wishOf(dependencies, creation, source, signal),
    creation.name,
    (existing) => ({ misfit: misfitOf(existing, { range, parameters, wanted, source: source?.name }) }),
    signal,
  );
  return { volume: answerOf(volume, request, names.topologyKey) };
}

async function wishOf(
  dependencies: ControllerDependencies,
  creation: Creation,
  source: LogicalVolume | undefined,
  signal: AbortSignal,
): Promise<Wish> {
  const { leastSizes } = dependencies;
  const { name, access, parameters, range, wanted } = creation;
  const sizeBytes = sizeOf(range, {
    fileSystemBytes: leastSizes[access.kind === "block" ? "block" : access.fileSystem],
    sourceBytes: source === undefined ? 0n : (source.currentBytes ?? source.wantedBytes),
  });
  if (source === undefined)
    return { name, ...parameters, sizeBytes, nodeName: await place(dependencies, creation, sizeBytes, signal) };
  checkCopy(source, parameters.deviceClass, wanted);
  await reserveForCopy(dependencies, name, source, sizeBytes, signal);
  const copy = { source: source.name, accessType: "rw" } as const;
  return { name, ...parameters, sizeBytes, nodeName: source.nodeName, copy };
}

async function place(
  dependencies: ControllerDependencies,
  creation: Creation,
  sizeBytes: bigint,
  signal: AbortSignal,
): Promise<string> {
  const { view, room, names } = dependencies;
  const { name, parameters, wanted } = creation;
  if (!view.health().synced) throw new NativestorError("unavailable", "the nodes' capacity has not been read yet");
  const deviceClass = annotationClass(parameters.deviceClass);
  const offers = offersOf(view.nodes(), parameters.deviceClass);
  if (offers.size === 0 && parameters.deviceClass !== "")
    refuse(`parameters[${quoted(names.deviceClassParameter)}]`, `no node offers the device class ${deviceClass}`);
  const chosen = await chosenNode(dependencies, creation);
  // its claim holds the room; whether there is any its lvmd knows best
  if (chosen !== undefined && offers.has(chosen)) return chosen;
  const sizes = { moreBytes: sizeBytes, wantedBytes: sizeBytes };
  const { possible, preferred } = chosen === undefined ? (wanted ?? anywhere) : only(chosen);
  return room.reserve({ name, deviceClass, ...sizes, isNew: true, possible, preferred }, signal);
}

const anywhere = { possible: undefined, preferred: [] };

function only(node: string): Wanted {
  return { possible: new Set([node]), preferred: [node] };
}

function answerOf(volume: LogicalVolume, request: CreateVolumeRequest, topologyKey: string): Volume {
  return {
    volumeId: volume.volumeId ?? "",
    capacityBytes: volume.currentBytes ?? volume.wantedBytes,
    volumeContext: {},
    contentSource: request.volumeContentSource,
    accessibleTopology: [topologyOf(volume.nodeName, topologyKey)],
  };
}
