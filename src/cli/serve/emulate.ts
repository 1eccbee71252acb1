import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { defaultClass } from "../../capacity/device-class.ts";
import type { Supply } from "../../capacity/supply.ts";
import { type DeviceClass, plainClass } from "../../lvmd/config/device-class.ts";
import type { EmulatedGroup } from "../../lvmd/config/model.ts";
import { groupFiles } from "../../lvmd/emulated/file.ts";
import { openEmulatedStorage } from "../../lvmd/emulated/storage.ts";
import { serveLvmd } from "../../lvmd/server.ts";

/** Emulated lvmds, one for each node. */
export interface EmulatedNodes {
  /** Socket of each node. */
  readonly sockets: ReadonlyMap<string, string>;
  /** Ends them and forgets their volumes. */
  close(): Promise<void>;
}

/** Starts an emulated lvmd for every node that offers a class. The sockets are in a folder of their own, which goes with them. */
export async function emulateNodes(
  supplies: ReadonlyMap<string, Supply>,
  { clock, log }: { readonly clock: Clock; readonly log: Logger },
): Promise<EmulatedNodes> {
  // short, for a socket's path has 107 bytes
  const folder = await mkdtemp(join(tmpdir(), "nativestor-"));
  const sockets = new Map<string, string>();
  const closers: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const close = async () => {
    for (const end of closers.splice(0).toReversed()) await end();
  };
  try {
    for (const [node, supply] of supplies) {
      if (supply.freeBytes.size === 0) continue;
      const socketPath = join(folder, `${sockets.size}.sock`);
      closers.push(await emulateNode(supply, socketPath, clock, log.child({ node })));
      sockets.set(node, socketPath);
    }
  } catch (error) {
    await close();
    throw error;
  }
  return { sockets, close };
}

async function emulateNode(
  supply: Supply,
  socketPath: string,
  clock: Clock,
  log: Logger,
): Promise<() => Promise<void>> {
  const storage = await openEmulatedStorage({ ...layoutOf(supply), files: groupFiles(undefined), log });
  // the metrics of many lvmds in one process would be the same ones
  const server = await serveLvmd({ storage, socketPath, log, registry: new Registry(), clock, graceMs: 1000 });
  return async () => {
    await server.close();
    await storage.close();
  };
}

/** A thick class and a volume group for each class of a node, as large as what is free there. */
export function layoutOf({ freeBytes }: Supply): {
  config: { deviceClasses: DeviceClass[]; optionClasses: [] };
  groups: EmulatedGroup[];
} {
  const twin = twinOfDefault(freeBytes);
  const classes = [...freeBytes].filter(([name]) => name !== defaultClass || twin === undefined);
  const groups = classes.map(([, sizeBytes], at) => ({ name: `vg${at}`, sizeBytes }));
  const deviceClasses = classes.map(([name], at) => ({
    ...plainClass,
    name,
    volumeGroup: `vg${at}`,
    isDefault: name === (twin ?? defaultClass),
  }));
  return { config: { deviceClasses, optionClasses: [] }, groups };
}

// a node annotates its default class under its own name too: two annotations, one volume group
function twinOfDefault(freeBytes: Supply["freeBytes"]): string | undefined {
  const free = freeBytes.get(defaultClass);
  for (const [name, bytes] of freeBytes) if (name !== defaultClass && bytes === free) return name;
  return undefined;
}
