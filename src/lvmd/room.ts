import type { WatchItem, WatchResponse } from "../gen/lvmd.ts";
import type { ClassState } from "./storage.ts";

/** What a Watch stream tells. */
export interface LvmdRoom {
  /** What the default class may promise; 0 also where there is none. */
  readonly defaultFreeBytes: bigint;
  readonly classes: readonly ClassState[];
  /** Option classes that a request can name; undefined where the daemon does not tell, as TopoLVM's. */
  readonly optionClasses: readonly string[] | undefined;
}

/**
 * Reads the messages of one stream. TopoLVM's lvmd does not say which class is the default one: there it is the first
 * whose room equals that of the default class, and it stays the default when that room is gone.
 */
export function createRoomReader(): (response: WatchResponse) => LvmdRoom {
  let guess: string | undefined;
  return ({ freeBytes: defaultFreeBytes, items, lvcreateOptionClasses }) => {
    const optionClasses = lvcreateOptionClasses?.names;
    const isTold = items.some((item) => item.isDefault);
    const classes = items.map(classStateOf);
    if (!isTold && defaultFreeBytes > 0n && !isStill(classes, guess, defaultFreeBytes))
      guess = classes.find(({ freeBytes }) => freeBytes === defaultFreeBytes)?.deviceClass;
    if (isTold) return { defaultFreeBytes, classes, optionClasses };
    const guessed = classes.map((one) => ({ ...one, isDefault: one.deviceClass === guess }));
    return { defaultFreeBytes, classes: guessed, optionClasses };
  };
}

function isStill(classes: readonly ClassState[], name: string | undefined, defaultFreeBytes: bigint): boolean {
  return classes.some(({ deviceClass, freeBytes }) => deviceClass === name && freeBytes === defaultFreeBytes);
}

function classStateOf({ deviceClass, freeBytes, sizeBytes, thinPool, isDefault, health }: WatchItem): ClassState {
  return {
    deviceClass,
    isDefault,
    freeBytes: thinPool?.overprovisionBytes ?? freeBytes,
    sizeBytes,
    groupFreeBytes: freeBytes,
    thinPool,
    ...(health === "" ? {} : { health }),
  };
}
