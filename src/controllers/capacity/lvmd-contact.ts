import type { Clock } from "../../base/clock.ts";
import type { LvmdRoom } from "../../lvmd/room.ts";

/** What is known of lvmd at a moment. */
export interface LvmdContact {
  /** What it told last; undefined before that. */
  readonly room: LvmdRoom | undefined;
  /** It answers. */
  readonly isUp: boolean;
  /** Since when it has been away for so long that its room counts for nothing, milliseconds since the epoch. */
  readonly givenUpAt: number | undefined;
  told(room: LvmdRoom): void;
  lost(): void;
  close(): void;
}

/**
 * Follows whether lvmd is there. A short absence, as of a restart, changes nothing.
 * @param onChange called when there is something else to publish
 */
export function followLvmd(clock: Clock, patienceMs: number, onChange: () => void): LvmdContact {
  let room: LvmdRoom | undefined;
  let isUp = false;
  let givenUpAt: number | undefined;
  let cancel = wait();

  function wait(): () => void {
    const awayAt = clock.now();
    return clock.after(patienceMs, () => {
      givenUpAt = awayAt;
      onChange();
    });
  }

  return {
    get room() {
      return room;
    },
    get isUp() {
      return isUp;
    },
    get givenUpAt() {
      return givenUpAt;
    },
    told: (told) => {
      cancel();
      [room, isUp, givenUpAt] = [told, true, undefined];
      onChange();
    },
    lost: () => {
      if (isUp) cancel = wait();
      isUp = false;
    },
    close: () => cancel(),
  };
}
