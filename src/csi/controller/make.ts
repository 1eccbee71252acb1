import { NativestorError, messageOf } from "../../base/errors.ts";
import type { LogicalVolume } from "../../cluster/objects/logical-volume.ts";
import { failureOf, makingOf } from "../volumes/outcome.ts";
import type { Wish } from "../volumes/port.ts";
import type { ControllerDependencies } from "./dependencies.ts";

/** What to do about a LogicalVolume that has the name already. */
export interface Judgement {
  /** Why it cannot be what is asked for; undefined where it is. */
  readonly misfit: string | undefined;
}

/** How often one that is in the way is cleared. Only other controllers could make it more. */
const maxRounds = 3;

/**
 * Has a LogicalVolume made, once for a name, and answers as soon as its node says so. A caller that gives up finds it
 * made, or still in the making, when it asks again.
 * @param judge compares one that exists with what is asked for
 * @throws NativestorError of the node's own code where it failed; `already-exists` where `judge` finds a misfit
 */
export async function make(
  dependencies: ControllerDependencies,
  wish: () => Promise<Wish>,
  name: string,
  judge: (existing: LogicalVolume) => Judgement,
  signal: AbortSignal,
): Promise<LogicalVolume> {
  const { volumes } = dependencies;
  for (let round = 1; round <= maxRounds; round += 1) {
    const { volume, isNew } = await take(dependencies, wish, name);
    if (!isNew && isInTheWay(volume, judge)) {
      await volumes.remove(volume);
      await volumes.until(volume, (state) => state === undefined, signal);
      continue;
    }
    return await untilMade(dependencies, volume, signal);
  }
  throw new NativestorError("aborted", `LogicalVolume ${name} is being changed by somebody else: ask again`);
}

interface Taken {
  readonly volume: LogicalVolume;
  readonly isNew: boolean;
}

/** Writes it, or takes the one that is there. What keeps it from being wished for counts only where there is none yet. */
async function take({ volumes }: ControllerDependencies, wish: () => Promise<Wish>, name: string): Promise<Taken> {
  const known = volumes.known(name);
  // it has its room
  if (known !== undefined) return { volume: known, isNew: false };
  let refusal: unknown;
  try {
    return { volume: await volumes.create(await wish()), isNew: true };
  } catch (error) {
    const { code } = NativestorError.from(error);
    if (code !== "already-exists" && code !== "resource-exhausted" && code !== "invalid-argument") throw error;
    refusal = error;
  }
  const volume = await volumes.get(name);
  if (volume === undefined) throw refusal;
  return { volume, isNew: false };
}

/** @throws NativestorError `already-exists` where it is a volume that somebody uses, and not what is asked for */
function isInTheWay(volume: LogicalVolume, judge: (existing: LogicalVolume) => Judgement): boolean {
  if (volume.isLeaving) return true;
  const making = makingOf(volume);
  if (making === "failed") return true;
  const { misfit } = judge(volume);
  if (misfit === undefined) return false;
  // one that was never made is nobody's: its node may be gone for good
  if (making === "pending") return true;
  throw new NativestorError("already-exists", `${volume.name} exists with another ${misfit}`);
}

async function untilMade(dependencies: ControllerDependencies, volume: LogicalVolume, signal: AbortSignal) {
  const { volumes } = dependencies;
  const state = await volumes.until(volume, (now) => now === undefined || makingOf(now) !== "pending", signal);
  if (state === undefined) throw new NativestorError("aborted", `LogicalVolume ${volume.name} was removed: ask again`);
  if (makingOf(state) === "made") return state;
  await forget(dependencies, state);
  throw failureOf(state);
}

// one that cannot be removed now is cleared by the next attempt
async function forget({ volumes, log }: ControllerDependencies, volume: LogicalVolume): Promise<void> {
  try {
    await volumes.remove(volume);
  } catch (error) {
    log.warn({ volume: volume.name, error: messageOf(error) }, "a LogicalVolume that failed stays for now");
  }
}
