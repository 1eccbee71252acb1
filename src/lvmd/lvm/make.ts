import { NativestorError } from "../../base/errors.ts";
import { remove } from "./arguments.ts";
import { errorOf } from "./faults.ts";
import type { Journal } from "./journal.ts";
import type { GroupKeeper } from "./keeper.ts";
import { operationMark } from "./marks.ts";
import type { VolumeReport } from "./report/group.ts";

/** What a creation needs of its surroundings. */
export interface Workshop {
  readonly keeper: GroupKeeper;
  readonly journal: Journal;
  /** Random hexadecimal, 16 characters: a name for one operation. */
  readonly newId: () => string;
}

/** Steps that make one volume: the first creates it under the given mark, later ones finish it. */
export interface Making {
  readonly name: string;
  creation(mark: string): string[];
  /** A further command; undefined where the volume is ready. */
  completion(made: VolumeReport): string[] | undefined;
}

/**
 * Makes a volume: all of it, or nothing of it. What a crash leaves is found by the mark that the creating command wrote.
 * @throws NativestorError for the reason that lvm gives
 */
export async function make(workshop: Workshop, making: Making): Promise<VolumeReport> {
  const first = await attempt(workshop, making);
  if (first.made !== undefined) return first.made;
  if (!first.lost) throw first.error;
  // lvm was killed and what it left is gone: nothing is known against the request itself
  const second = await attempt(workshop, making);
  if (second.made !== undefined) return second.made;
  throw second.error;
}

type Attempt =
  | { readonly made: VolumeReport }
  | { readonly made: undefined; readonly error: NativestorError; readonly lost: boolean };

async function attempt({ keeper, journal, newId }: Workshop, making: Making): Promise<Attempt> {
  const id = newId();
  const intent = { id, group: keeper.name, volume: making.name, kind: "create" } as const;
  const mark = operationMark(id);
  const marked = () =>
    keeper.known?.volumes.find((volume) => volume.name === making.name && volume.tags.includes(mark));
  await journal.begin(intent);
  let { outcome } = await keeper.change(making.creation(mark));
  const made = marked();
  const further = made && outcome.status === 0 ? making.completion(made) : undefined;
  if (further !== undefined) ({ outcome } = await keeper.change(further));
  const ready = marked();
  if (outcome.status === 0 && ready !== undefined) {
    await journal.end(intent);
    return { made: ready };
  }
  const error = errorOf(`${keeper.name}/${making.name}`, outcome);
  if (ready !== undefined) await takeAway(keeper, ready, error);
  await journal.end(intent);
  return { made: undefined, error, lost: outcome.status === undefined };
}

async function takeAway(keeper: GroupKeeper, left: VolumeReport, cause: NativestorError): Promise<void> {
  const { outcome, group } = await keeper.change(remove(keeper.name, left.uuid));
  if (!group.volumes.some((volume) => volume.uuid === left.uuid)) return;
  const problem = errorOf(`what was left of ${left.name} cannot be removed`, outcome);
  throw new NativestorError("unavailable", `${cause.message}; ${problem.message}`, { cause });
}
