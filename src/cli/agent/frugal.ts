import { setFlagsFromString } from "node:v8";

/**
 * Has V8 rather collect than grow: what runs on every node for months has little to do, and its memory is missed elsewhere. It
 * takes effect with the next collections, so that it is to be said before much is loaded.
 */
export function spareMemory(): void {
  setFlagsFromString("--optimize-for-size");
}
