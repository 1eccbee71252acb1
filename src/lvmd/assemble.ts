import type { Clock } from "../base/clock.ts";
import { messageOf } from "../base/errors.ts";
import type { Logger } from "../base/log.ts";
import type { Backend } from "./backend.ts";
import type { LvmdConfig } from "./config/model.ts";
import { openReconfigurable, type ReconfigurableStorage } from "./reconfigure.ts";
import { expandSpans, tagsOf } from "./span/expand.ts";
import { spanGroups } from "./span/storage.ts";

type Tagged = ReadonlyMap<string, readonly string[]>;

/** How often it is looked whether other volume groups have a tag now; nothing tells of it. */
const tagsEveryMs = 60_000;

/**
 * A storage over a backend: classes of several volume groups, and a configuration that can be replaced. Where a class
 * names its groups by a tag, those that get or lose it are taken in or left out within a minute.
 */
export async function assembleStorage(
  initial: LvmdConfig,
  backendFor: (config: LvmdConfig) => Backend,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<ReconfigurableStorage> {
  let config = initial;
  let inUse: Tagged = new Map();
  let cancelLook = () => {};
  let isClosed = false;

  async function open(next: LvmdConfig) {
    const tagged = await groupsByTag(next);
    const { classes, members } = expandSpans(next.deviceClasses, tagged);
    const inner = await backendFor(next).open({ ...next, deviceClasses: classes });
    [config, inUse] = [next, tagged];
    return spanGroups(inner, next, members);
  }

  // a host whose LVM does not answer is no reason to end: its tagged classes have no room until it does
  async function groupsByTag(next: LvmdConfig): Promise<Tagged> {
    const tags = tagsOf(next.deviceClasses);
    if (tags.length === 0) return new Map();
    try {
      return await backendFor(next).groupsByTag(next, tags);
    } catch (error) {
      log.error({ tags, error: messageOf(error) }, "the volume groups with these tags cannot be found");
      return new Map();
    }
  }

  async function look(): Promise<void> {
    const tagged = await groupsByTag(config);
    if (isClosed) return;
    if (!isSame(tagged, inUse)) {
      log.info({ groups: Object.fromEntries(tagged) }, "other volume groups have the classes' tags now");
      await storage
        .reconfigure(config)
        .catch((error: unknown) => log.error({ error: messageOf(error) }, "they cannot be taken in"));
    }
    planLook();
  }
  function planLook(): void {
    cancelLook = isClosed ? () => {} : clock.after(tagsEveryMs, () => void look());
  }

  const storage = await openReconfigurable(initial, open, log);
  planLook();
  return {
    ...storage,
    close: async () => {
      isClosed = true;
      cancelLook();
      await storage.close();
    },
  };
}

function isSame(one: Tagged, other: Tagged): boolean {
  const textOf = (tagged: Tagged) => JSON.stringify([...tagged].map(([tag, groups]) => [tag, groups.toSorted()]));
  return textOf(one) === textOf(other);
}
