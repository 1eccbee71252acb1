import { NativestorError } from "../../base/errors.ts";
import type { LogicalVolume } from "../../gen/lvmd.ts";
import { createLvmdClient, type LvmdClient } from "../../lvmd/client.ts";
import { createRoomReader } from "../../lvmd/room.ts";
import type { ClassState } from "../../lvmd/storage.ts";

/** What a daemon manages. */
export interface Managed {
  readonly classes: readonly ClassState[];
  readonly volumes: readonly ManagedVolume[];
}

export interface ManagedVolume extends LogicalVolume {
  readonly deviceClass: string;
}

/**
 * Asks the daemon at a socket for its classes and volumes.
 * @param signal ends the wait for its answers
 * @throws NativestorError naming the socket
 */
export async function readManaged(socketPath: string, signal: AbortSignal): Promise<Managed> {
  const client = createLvmdClient(socketPath);
  try {
    const classes = await classesOf(client, signal);
    const lists = await Promise.all(
      classes.map(async ({ deviceClass }) => {
        const { volumes } = await client.groups.getLVList({ deviceClass }, { signal });
        return volumes.map((volume) => ({ ...volume, deviceClass }));
      }),
    );
    return { classes, volumes: lists.flat() };
  } catch (error) {
    if (signal.aborted)
      throw new NativestorError("deadline-exceeded", `no answer from the lvmd at ${socketPath} in time`);
    const { code, message } = NativestorError.from(error);
    throw new NativestorError(code, `lvmd at ${socketPath}: ${message}`, { cause: error });
  } finally {
    client.close();
  }
}

// the first message of a Watch has all classes, and the only way to learn of them
async function classesOf(client: LvmdClient, signal: AbortSignal): Promise<readonly ClassState[]> {
  const enough = new AbortController();
  const read = createRoomReader();
  try {
    for await (const response of client.groups.watch({}, { signal: AbortSignal.any([signal, enough.signal]) }))
      return read(response).classes;
  } finally {
    enough.abort();
  }
  throw new NativestorError("unavailable", "it has ended its Watch stream");
}
