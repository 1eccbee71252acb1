import { refresh } from "./arguments.ts";
import { errorOf } from "./faults.ts";
import type { Workshop } from "./make.ts";

/**
 * Runs a change of a volume's size that the journal remembers, so that a device that a crash leaves suspended goes on at the
 * next start. Runs in the group's queue.
 * @throws NativestorError for the reason that lvm gives
 */
export async function changeDurably({ keeper, journal, newId }: Workshop, volume: string, args: readonly string[]) {
  const intent = { id: newId(), group: keeper.name, volume, kind: "resize" } as const;
  await journal.begin(intent);
  const { outcome } = await keeper.change(args);
  // killed between writing the new size and loading it, lvm leaves a device that is suspended or has its old size
  if (outcome.status === undefined) await keeper.change(refresh(keeper.name, volume));
  await journal.end(intent);
  if (outcome.status !== 0) throw errorOf(`${args[0]} ${keeper.name}/${volume}`, outcome);
}
