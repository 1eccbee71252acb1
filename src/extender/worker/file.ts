/**
 * Where the worker's code is: beside this file in the sources, and `extender-worker.js` beside the one bundled file in
 * production (scripts/build.ts puts it there).
 */
export function workerFile(here: string = import.meta.url): URL {
  return here.endsWith(".ts") ? new URL("./main.ts", here) : new URL("./extender-worker.js", here);
}
