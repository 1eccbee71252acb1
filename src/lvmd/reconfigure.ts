import { messageOf, NativestorError } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import { createChanges } from "./changes.ts";
import type { LvmdConfig } from "./config/model.ts";
import { createQueues } from "./queues.ts";
import type { Storage } from "./storage.ts";

/** A storage whose configuration can be replaced while it serves. */
export interface ReconfigurableStorage extends Storage {
  /**
   * Takes another configuration: ends what is under way, then goes on with the new one. Requests that come meanwhile wait,
   * and listeners stay. Calls at once are done one after the other.
   * @throws NativestorError why the new one cannot be used; the old one then goes on
   */
  reconfigure(config: LvmdConfig): Promise<void>;
}

/** Opens a storage in a way that lets it be opened again. @throws NativestorError where the first opening fails */
export async function openReconfigurable(
  initial: LvmdConfig,
  open: (config: LvmdConfig) => Promise<Storage>,
  log: Logger,
): Promise<ReconfigurableStorage> {
  const changes = createChanges(log);
  const exchanges = createQueues();
  const underWay = new Set<Promise<unknown>>();
  let config = initial;
  let current = await open(config);
  let leave = current.onChange(() => changes.tell());
  let exchange: Promise<void> | undefined;

  /** Hands a request to the storage of the moment; nothing may come between the look at `exchange` and the call. */
  async function use<T>(request: (storage: Storage) => Promise<T>): Promise<T> {
    for (let busy = exchange; busy !== undefined; busy = exchange) await busy;
    const answer = request(current);
    const settled = answer.then(forget, forget);
    function forget(): void {
      underWay.delete(settled);
    }
    underWay.add(settled);
    return answer;
  }

  async function take(next: LvmdConfig): Promise<void> {
    current = await open(next);
    config = next;
    leave = current.onChange(() => changes.tell());
  }

  async function replace(next: LvmdConfig): Promise<void> {
    await Promise.all(underWay);
    leave();
    await current.close();
    try {
      await take(next);
    } catch (error) {
      await take(config).catch((again: unknown) =>
        log.error({ error: messageOf(again) }, "the storage cannot be opened again; it answers nothing until it can"),
      );
      throw NativestorError.from(error);
    }
  }

  return {
    createVolume: (request) => use((storage) => storage.createVolume(request)),
    removeVolume: (name, deviceClass) => use((storage) => storage.removeVolume(name, deviceClass)),
    resizeVolume: (name, deviceClass, sizeBytes) =>
      use((storage) => storage.resizeVolume(name, deviceClass, sizeBytes)),
    createSnapshot: (request) => use((storage) => storage.createSnapshot(request)),
    listVolumes: (deviceClass) => use((storage) => storage.listVolumes(deviceClass)),
    classState: (deviceClass) => use((storage) => storage.classState(deviceClass)),
    state: () => use((storage) => storage.state()),
    optionClasses: () => current.optionClasses(),
    onChange: (listener) => changes.listen(listener),
    reconfigure: (next) =>
      exchanges.run("", async () => {
        const done = replace(next).finally(() => {
          exchange = undefined;
        });
        exchange = done.catch(() => undefined);
        await done;
        changes.tell();
      }),
    close: async () => {
      await exchanges.idle();
      leave();
      await current.close();
    },
  };
}
