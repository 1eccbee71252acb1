import { once } from "node:events";
import { get, type RequestOptions } from "node:https";
import { createInterface } from "node:readline";
import type { KubeObject } from "../../kube/harness/api.ts";

/** Moments at which something was first seen, by what and of which object, on this process's monotonic clock. */
export type Moments = Map<string, number>;

/**
 * Watches a collection of the API server and notes for each object when one of the conditions first held, under `NAME OBJECT`.
 * Resolves when the watch is open; it ends with this process.
 */
export async function follow(
  { path, ...endpoint }: RequestOptions & { readonly path: string },
  conditions: Readonly<Record<string, (object: KubeObject) => unknown>>,
  moments: Moments,
): Promise<void> {
  const request = get({ ...endpoint, path: `${path}?watch=1`, agent: false });
  const [response] = (await once(request, "response")) as [NodeJS.ReadableStream & { statusCode?: number }];
  if (response.statusCode !== 200) throw new Error(`watch of ${path}: status ${response.statusCode}`);
  createInterface({ input: response }).on("line", (line) => {
    const now = performance.now();
    const { object } = JSON.parse(line) as { object: KubeObject };
    for (const [name, holds] of Object.entries(conditions)) {
      const key = `${name} ${object.metadata.name}`;
      if (!moments.has(key) && holds(object)) moments.set(key, now);
    }
  });
}
