import { setFlagsFromString } from "node:v8";

/**
 * Has V8 put memory before speed until `done` settles. While a large cluster is read for the first time, V8 takes the flood
 * of short-lived objects for the ordinary state of things, makes room for it, and never gives that back: 300 MB in place of
 * 140 with 5,000 nodes and 20,000 claims. The price is that this takes 2 s where it would take 1 (docs/performance.md).
 */
export function spareMemoryUntil(done: Promise<unknown>): void {
  setFlagsFromString("--optimize-for-size");
  const end = () => setFlagsFromString("--no-optimize-for-size");
  done.then(end, end);
}
