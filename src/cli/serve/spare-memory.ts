import { setFlagsFromString } from "node:v8";

/**
 * By how much the heap may grow, in percent of what is in use after a collection, before garbage is collected again. V8 by itself lets a
 * busy heap grow to four times that: 330 MB in place of 200 while pods come and go among 5,000 nodes, for no speed that could be measured.
 */
const growingPercent = 100;

/**
 * Has V8 put memory before speed until `done` settles, and keep it bounded from then on. While a large cluster is read for the first time, V8 takes
 * the flood of short-lived objects for the ordinary state of things, makes room for it, and never gives that back: 300 MB in place of
 * 140 with 5,000 nodes and 20,000 claims. The price is that this takes 2 s where it would take 1 (docs/performance.md).
 */
export function spareMemoryUntil(done: Promise<unknown>): void {
  setFlagsFromString("--optimize-for-size");
  const end = () => {
    setFlagsFromString("--no-optimize-for-size");
    setFlagsFromString(`--heap-growing-percent=${growingPercent}`);
  };
  done.then(end, end);
}
