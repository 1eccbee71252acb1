import { messageOf, NativestorError } from "../../base/errors.ts";
import { refresh, remove } from "./arguments.ts";
import { errorOf } from "./faults.ts";
import type { Intent, Journal } from "./journal.ts";
import type { GroupKeeper } from "./keeper.ts";
import { operationMark } from "./marks.ts";
import { isPool } from "./report/group.ts";

/** What became of a change that a former process did not end. */
export interface Recovery {
  readonly intent: Intent;
  /** For a person: what was found and what was done, or why it could not be. */
  readonly action: string;
  /** Otherwise it is to be tried again. */
  readonly isEnded: boolean;
}

/**
 * Ends what a former process began in a group. A volume whose creator got no answer is removed: it may lack its wiping or
 * its last step, and whoever asked for it asks again. It is known by its mark, so nobody else's is touched.
 */
export async function recover(keeper: GroupKeeper, journal: Journal, intents: readonly Intent[]): Promise<Recovery[]> {
  const done: Recovery[] = [];
  for (const intent of intents) {
    try {
      const action = intent.kind === "create" ? await undo(keeper, intent) : await finish(keeper, intent);
      await journal.end(intent);
      done.push({ intent, action, isEnded: true });
    } catch (error) {
      done.push({ intent, action: messageOf(error), isEnded: false });
    }
  }
  return done;
}

async function undo(keeper: GroupKeeper, intent: Intent): Promise<string> {
  const group = await keeper.read();
  const mark = operationMark(intent.id);
  const left = group.volumes.find((volume) => volume.name === intent.volume && volume.tags.includes(mark));
  if (left === undefined) return "nothing was made";
  // with a pool would go what lies in it; it is whole when it is one
  if (isPool(left)) return "the thin pool was made";
  const { outcome, group: after } = await keeper.change(remove(keeper.name, left.uuid));
  if (!after.volumes.some((volume) => volume.uuid === left.uuid)) return "what was half made is removed";
  throw errorOf(`what was half made of ${keeper.name}/${left.name} cannot be removed`, outcome);
}

async function finish(keeper: GroupKeeper, intent: Intent): Promise<string> {
  const group = await keeper.read();
  const volume = group.volumes.find((entry) => entry.name === intent.volume);
  if (volume === undefined) return "the volume is gone";
  if (volume.major < 0) return "the volume is not active, its size counts when it is";
  const { outcome } = await keeper.change(refresh(keeper.name, volume.name));
  if (outcome.status === 0) return "its device has its size again";
  throw new NativestorError("unavailable", errorOf(`refresh of ${keeper.name}/${volume.name}`, outcome).message);
}
