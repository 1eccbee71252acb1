import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { CreateSnapshotRequest, CreateSnapshotResponse } from "../../gen/csi.ts";
import { isSnapshot } from "../rules/copy.ts";
import { checkId, checkName, objectNameOf } from "../rules/identifier.ts";
import { refuseParameters } from "../rules/parameters.ts";
import type { ControllerDependencies } from "./dependencies.ts";
import { requireKind } from "./find.ts";
import { make } from "./make.ts";
import { reserveForCopy } from "./reserve.ts";

/** Has a snapshot made where its source is. It is ready as soon as it is there. */
export async function createSnapshot(
  dependencies: ControllerDependencies,
  request: CreateSnapshotRequest,
  signal: AbortSignal,
): Promise<CreateSnapshotResponse> {
  const name = objectNameOf(checkName(request.name, "name"));
  const sourceId = checkId(request.sourceVolumeId, "source_volume_id");
  refuseParameters(request.parameters, "parameters");
  const source = await requireKind(dependencies.volumes, "volume", sourceId, "source_volume_id");
  const { nodeName, deviceClass, optionClass } = source;
  const sizeBytes = source.currentBytes ?? source.wantedBytes;
  const copy = { source: source.name, accessType: "ro" } as const;
  const snapshot = await make(
    dependencies,
    async () => {
      await reserveForCopy(dependencies, name, source, sizeBytes, signal);
      return { name, nodeName, deviceClass, optionClass, sizeBytes, copy };
    },
    name,
    (existing) => ({ misfit: misfitOf(existing, source) }),
    signal,
  );
  return {
    snapshot: {
      snapshotId: snapshot.volumeId ?? "",
      sourceVolumeId: sourceId,
      sizeBytes: snapshot.currentBytes ?? snapshot.wantedBytes,
      creationTime: new Date(snapshot.createdAt),
      readyToUse: true,
    },
  };
}

function misfitOf(existing: LogicalVolume, source: LogicalVolume): string | undefined {
  if (!isSnapshot(existing)) return "kind: it is a volume";
  return existing.source === source.name ? undefined : `source: ${existing.source ?? "none"}`;
}
