import { messageOf, NativestorError } from "../../base/errors.ts";
import type { LogicalVolume } from "../../gen/lvmd.ts";
import { createLvmdClient, type LvmdClient } from "../../lvmd/client.ts";
import { createRoomReader } from "../../lvmd/room.ts";
import type { ClassState } from "../../lvmd/storage.ts";

/** What a daemon manages. */
export interface Managed {
  readonly classes: readonly ClassState[];
  readonly volumes: readonly ManagedVolume[];
  /** Classes whose volumes cannot be told now, and why. */
  readonly problems: readonly { readonly deviceClass: string; readonly reason: string }[];
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
    const lists = await Promise.all(classes.map((state) => listOf(client, state.deviceClass, signal)));
    return {
      classes,
      volumes: lists.flatMap((list) => ("reason" in list ? [] : list.volumes)),
      problems: lists.flatMap((list) => ("reason" in list ? [list] : [])),
    };
  } catch (error) {
    if (signal.aborted)
      throw new NativestorError("deadline-exceeded", `no answer from the lvmd at ${socketPath} in time`);
    const { code, message } = NativestorError.from(error);
    throw new NativestorError(code, `lvmd at ${socketPath}: ${message}`, { cause: error });
  } finally {
    client.close();
  }
}

// one volume group that is missing hides its own volumes only
async function listOf(
  client: LvmdClient,
  deviceClass: string,
  signal: AbortSignal,
): Promise<{ volumes: ManagedVolume[] } | Managed["problems"][number]> {
  try {
    const { volumes } = await client.groups.getLVList({ deviceClass }, { signal });
    return { volumes: volumes.map((volume) => ({ ...volume, deviceClass })) };
  } catch (error) {
    if (signal.aborted) throw error;
    return { deviceClass, reason: messageOf(error) };
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
