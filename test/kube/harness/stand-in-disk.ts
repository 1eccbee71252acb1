import { setTimeout as wait } from "node:timers/promises";

/** The volume group of a node that is made up. It makes one volume after the other, as LVM does, and none that it has no room for. */
export interface StandInDisk {
  readonly freeGib: number;
  /** Of the figures that contain all that has been made so far. */
  readonly generation: number;
  /** Makes a volume, once for each uid; answers the generation of the first figures that contain it, undefined where there is no room. */
  make(uid: string, gib: number): Promise<number | undefined>;
  /** Has its figures told, one after the other: older ones never come after newer ones. */
  tell(work: () => Promise<void>): Promise<void>;
}

/** @param lvcreateMs how long one volume takes */
export function createStandInDisk(sizeGib: number, lvcreateMs: number): StandInDisk {
  const made = new Map<string, number>();
  let freeGib = sizeGib;
  const makeInTurn = turns();
  const tellInTurn = turns();

  async function lvcreate(uid: string, gib: number): Promise<number | undefined> {
    const known = made.get(uid);
    if (known !== undefined) return known;
    if (lvcreateMs > 0) await wait(lvcreateMs);
    if (gib > freeGib) return undefined;
    freeGib -= gib;
    made.set(uid, made.size + 1);
    return made.size;
  }

  return {
    get freeGib() {
      return freeGib;
    },
    get generation() {
      return made.size;
    },
    make: (uid, gib) => makeInTurn(() => lvcreate(uid, gib)),
    tell: (work) => tellInTurn(work),
  };
}

/** Each begins when the one before it has ended, however that was. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  };
}
