import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import type { Names } from "../../capacity/names.ts";
import type { Wish } from "./port.ts";

/** A new LogicalVolume as the API server takes it. What is empty is left out, as TopoLVM does. */
export function manifestOf(wish: Wish, names: Names): unknown {
  const { name, nodeName, sizeBytes, deviceClass, optionClass, copy } = wish;
  return {
    apiVersion: `${names.driver}/v1`,
    kind: "LogicalVolume",
    // with the finalizer from the beginning, a removal cannot overtake the node that has just begun to make the volume
    metadata: { name, finalizers: [names.volumeFinalizer] },
    spec: {
      name,
      nodeName,
      size: String(sizeBytes),
      ...(deviceClass !== "" && { deviceClass }),
      ...(optionClass !== "" && { lvcreateOptionClass: optionClass }),
      ...copy,
    },
  };
}

/** Merge patch (RFC 7386) that asks for a size. The time makes the node try again where the size was asked for before. */
export function resizePatch(volume: LogicalVolume, sizeBytes: bigint, now: number, names: Names): unknown {
  return {
    metadata: { uid: volume.uid, annotations: { [names.resizeRequestedAnnotation]: new Date(now).toISOString() } },
    spec: { size: String(sizeBytes) },
  };
}

/** Merge patch for the status that clears what came of earlier attempts. */
export function clearOutcomePatch(volume: LogicalVolume): unknown {
  return { metadata: { uid: volume.uid }, status: { code: null, message: null } };
}
