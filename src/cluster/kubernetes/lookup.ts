import { messageOf, NativestorError } from "../../base/errors.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { getObject } from "../../kube/object.ts";
import { identify } from "../../kube/resource.ts";
import type { Store } from "../../kube/store.ts";

/** Admission and the scheduler wait for the answer, with limits of 10 s and 5 s as deployed. */
const limitMs = 4_000;

/** Asks the API server for one object and puts it into the store; equal questions at the same time are one. */
export type Lookup<T> = (key: string, path: string) => Promise<T | undefined>;

/** @throws NativestorError `unavailable` when the API server cannot answer, or when its answer cannot be read */
export function createLookup<T>(access: KubeAccess, store: Store<T>, transform: (object: unknown) => T): Lookup<T> {
  const asking = new Map<string, Promise<T | undefined>>();

  async function ask(path: string): Promise<T | undefined> {
    try {
      const object = await getObject(access, path, limitMs);
      if (object === undefined) return undefined;
      const { key, version } = identify(object);
      const value = transform(object);
      store.offer(key, value, version);
      return value;
    } catch (error) {
      throw new NativestorError("unavailable", messageOf(error), { cause: error });
    }
  }

  return (key, path) => {
    const pending = asking.get(key);
    if (pending !== undefined) return pending;
    const asked = ask(path).finally(() => asking.delete(key));
    asking.set(key, asked);
    return asked;
  };
}
