import { NativestorError } from "../base/errors.ts";

/** A bounded number of places, so that the memory of what is under way is bounded too. */
export interface Places {
  /**
   * Takes a place; the answer gives it back, and does nothing the second time.
   * @throws NativestorError `unavailable` when all are taken
   */
  enter(): () => void;
}

/** @param most how many may be taken at once */
export function createPlaces(most: number): Places {
  let taken = 0;
  return {
    enter: () => {
      if (taken >= most)
        throw new NativestorError("unavailable", `${most} large requests are being answered: ask again in a moment`);
      taken += 1;
      let isHeld = true;
      return () => {
        if (isHeld) taken -= 1;
        isHeld = false;
      };
    },
  };
}
