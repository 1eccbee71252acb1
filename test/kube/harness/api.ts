import type { Agent } from "node:https";
import { request } from "../../support/https-client.ts";

/** What the tests look at of any object. */
export interface KubeObject {
  readonly kind?: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    readonly annotations?: Record<string, string>;
    readonly labels?: Record<string, string>;
  };
  // tests read what they know to be there
  readonly spec?: Record<string, unknown>;
  readonly status?: Record<string, unknown>;
}

/** The API server, as its administrator or another user sees it. */
export interface Api {
  /** @throws ApiError */
  get<T = KubeObject>(path: string): Promise<T>;
  list<T = KubeObject>(path: string): Promise<T[]>;
  create<T = KubeObject>(path: string, object: object): Promise<T>;
  replace<T = KubeObject>(path: string, object: object): Promise<T>;
  /** JSON merge patch (RFC 7396). */
  patch<T = KubeObject>(path: string, change: object): Promise<T>;
  /** At once, unless pods are given their time: where no kubelet is there to confirm the end of a pod. */
  remove(path: string, options?: { readonly inOrder?: boolean }): Promise<void>;
}

/** An answer that is no success. */
export class ApiError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The API at this port of 127.0.0.1, for the user that the token stands for. */
export function openApi(options: { port: number; ca: string; token: string; agent?: Agent }): Api {
  const call = async (method: string, path: string, body?: object, type = "application/json"): Promise<unknown> => {
    const answer = await request({
      ...options,
      method,
      path,
      headers: { authorization: `Bearer ${options.token}`, "content-type": type },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (answer.status >= 300)
      throw new ApiError(answer.status, `${method} ${path}: ${answer.status} ${messageIn(answer.text)}`);
    return answer.headers["content-type"]?.includes("json") ? answer.json() : answer.text;
  };
  return {
    get: async <T>(path: string) => (await call("GET", path)) as T,
    list: async <T>(path: string) => ((await call("GET", path)) as { items: T[] }).items,
    create: async <T>(path: string, object: object) => (await call("POST", path, object)) as T,
    replace: async <T>(path: string, object: object) => (await call("PUT", path, object)) as T,
    patch: async <T>(path: string, change: object) =>
      (await call("PATCH", path, change, "application/merge-patch+json")) as T,
    remove: async (path, { inOrder = false } = {}) =>
      void (await call("DELETE", path, {
        ...(inOrder ? {} : { gracePeriodSeconds: 0 }),
        propagationPolicy: "Background",
      })),
  };
}

// an error is an object of the kind Status, with a message for people
function messageIn(text: string): string {
  try {
    return (JSON.parse(text) as { message?: string }).message ?? text;
  } catch {
    return text;
  }
}
