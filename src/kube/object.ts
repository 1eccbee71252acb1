import type { KubeAccess } from "./access.ts";
import { KubeError } from "./errors.ts";

/**
 * One object; undefined where there is none.
 * @throws KubeError for all else than an answer or a 404
 */
export async function getObject(access: KubeAccess, path: string, limitMs: number): Promise<unknown> {
  try {
    return await access.request(path, { limitMs });
  } catch (error) {
    if (error instanceof KubeError && error.status === 404) return undefined;
    throw error;
  }
}
