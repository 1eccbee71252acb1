import { NativestorError, messageOf } from "../../base/errors.ts";
import { parseQuantity } from "../../capacity/quantity.ts";
import { type Fields, fieldsAt, nameAt, requiredNameAt, textAt } from "./fields.ts";

/** A LogicalVolume: what the cluster wants of a node's storage, and what came of it. */
export interface LogicalVolume {
  readonly name: string;
  /** Also the volume's name on disk and its CSI id. */
  readonly uid: string;
  readonly nodeName: string;
  /** Empty stands for the default class. */
  readonly deviceClass: string;
  /** Empty stands for none. */
  readonly optionClass: string;
  /** Name of the LogicalVolume that this one is a copy of. */
  readonly source: string | undefined;
  /** Set for copies only: a snapshot is `ro`, a clone `rw`. */
  readonly accessType: "ro" | "rw" | undefined;
  /** What is wanted, in bytes. */
  readonly wantedBytes: bigint;
  /** CSI id; set once the volume is there. */
  readonly volumeId: string | undefined;
  /** Real size in bytes; set once the volume is there. */
  readonly currentBytes: bigint | undefined;
  /** gRPC code of the last attempt; 0 for none or a good one. */
  readonly code: number;
  readonly message: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Its removal has been asked for. */
  readonly isLeaving: boolean;
}

/**
 * Reads a LogicalVolume.
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function readLogicalVolume(json: unknown): LogicalVolume {
  const object = fieldsAt(json, "logicalVolume");
  const metadata = fieldsAt(object.metadata, "metadata");
  const spec = fieldsAt(object.spec, "spec");
  const status = fieldsAt(object.status, "status");
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    uid: requiredNameAt(metadata.uid, "metadata.uid"),
    nodeName: requiredNameAt(spec.nodeName, "spec.nodeName"),
    deviceClass: textAt(spec.deviceClass, "spec.deviceClass") ?? "",
    optionClass: textAt(spec.lvcreateOptionClass, "spec.lvcreateOptionClass") ?? "",
    source: nameAt(spec.source, "spec.source") || undefined,
    accessType: accessTypeAt(spec),
    wantedBytes: bytesAt(spec.size, "spec.size") ?? 0n,
    volumeId: textAt(status.volumeID, "status.volumeID") || undefined,
    currentBytes: bytesAt(status.currentSize, "status.currentSize"),
    code: typeof status.code === "number" ? status.code : 0,
    message: textAt(status.message, "status.message") ?? "",
    createdAt: Date.parse(textAt(metadata.creationTimestamp, "metadata.creationTimestamp") ?? "") || 0,
    isLeaving: metadata.deletionTimestamp != null,
  };
}

function accessTypeAt(spec: Fields): LogicalVolume["accessType"] {
  const text = textAt(spec.accessType, "spec.accessType") || undefined;
  if (text === undefined || text === "ro" || text === "rw") return text;
  throw new NativestorError("invalid-argument", `spec.accessType is "ro" or "rw", not ${JSON.stringify(text)}`);
}

function bytesAt(value: unknown, field: string): bigint | undefined {
  if (value == null) return undefined;
  try {
    return parseQuantity(value);
  } catch (error) {
    throw new NativestorError("invalid-argument", `${field}: ${messageOf(error)}`, { cause: error });
  }
}
