import { once } from "node:events";
import { connect } from "node:net";
import { NativestorError } from "../base/errors.ts";

/** What a look at the storage found that a former daemon left half done, or that is in the way of this configuration. */
export interface CheckReport {
  /** Begun changes that were brought to their end. */
  readonly finished: readonly Finding[];
  /** What was half made and is gone now. */
  readonly removed: readonly Finding[];
  /** What takes its time, and what a daemon goes on with when it is started. */
  readonly waiting: readonly Finding[];
  /** What nobody but a person can decide about; left as it is. */
  readonly reported: readonly Finding[];
}

export interface Finding {
  readonly volumeGroup: string;
  /** Volume or thin pool; empty where it is about the group. */
  readonly name: string;
  /** What was found and done, for a person. */
  readonly text: string;
}

/**
 * A daemon at work would be disturbed by a second one that ends its changes.
 * @throws NativestorError `failed-precondition` where one listens
 */
export async function refuseWhileServed(socketPath: string): Promise<void> {
  const socket = connect(socketPath);
  const isServed = await once(socket, "connect").then(
    () => true,
    () => false,
  );
  socket.destroy();
  if (isServed)
    throw new NativestorError(
      "failed-precondition",
      `an lvmd listens at ${socketPath}: stop it first, or ask it with lvs`,
    );
}
