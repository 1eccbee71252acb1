import type { KubeAccess } from "../access.ts";
import { KubeError } from "../errors.ts";

/** The same way to the API server, on which nothing is changed once `holds` answers false. */
export function guardWrites(access: KubeAccess, holds: () => boolean): KubeAccess {
  return {
    ...access,
    request: async (path, request) => {
      if ((request?.method ?? "GET") !== "GET" && !holds())
        throw new KubeError(undefined, `${request?.method} ${path}: another process may lead by now`);
      return access.request(path, request);
    },
  };
}
