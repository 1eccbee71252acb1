import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";

/** A LogicalVolume to be made. */
export interface Wish {
  readonly name: string;
  readonly nodeName: string;
  readonly deviceClass: string;
  readonly optionClass: string;
  readonly sizeBytes: bigint;
  /** Absent where the volume is to be empty. */
  readonly copy?: { readonly source: string; readonly accessType: "ro" | "rw" };
}

/**
 * The LogicalVolumes of the cluster. One real implementation, on the Kubernetes API, and one in memory for tests; both
 * pass the same contract suite. Every method rejects with `unavailable` where the source cannot answer.
 */
export interface LogicalVolumes {
  /** Everything has been read once. */
  readonly synced: boolean;
  /** Writes a new one. @throws NativestorError `already-exists` where the name is taken */
  create(wish: Wish): Promise<LogicalVolume>;
  /** As last seen, what has just been written included. */
  known(name: string): LogicalVolume | undefined;
  /** Asks the source. */
  get(name: string): Promise<LogicalVolume | undefined>;
  /** By CSI id. Asks the source for what is not known, so that undefined means that there is none. */
  find(volumeId: string): Promise<LogicalVolume | undefined>;
  /** Clears the outcome of earlier attempts and asks for this size. @throws NativestorError `not-found` where it is gone */
  resize(volume: LogicalVolume, sizeBytes: bigint): Promise<LogicalVolume>;
  /** Clears the outcome of earlier attempts and asks for its removal. One that is gone already is fine. */
  remove(volume: LogicalVolume): Promise<void>;
  /**
   * Resolves with the first state that passes, at once where the present one does; undefined stands for gone.
   * Rejects with the reason of `signal` when that aborts first.
   */
  until(
    volume: Pick<LogicalVolume, "name" | "uid">,
    passes: (state: LogicalVolume | undefined) => boolean,
    signal: AbortSignal,
  ): Promise<LogicalVolume | undefined>;
  close(): Promise<void>;
}
