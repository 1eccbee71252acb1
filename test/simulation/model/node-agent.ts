import { countedBytes } from "../../../src/capacity/counted.ts";
import type { Disks } from "./disks.ts";
import type { Volume } from "./objects.ts";
import type { World } from "./world.ts";

/**
 * Makes a node's volumes, one after the other, and publishes its room: one of ours says what its figures count
 * (docs/adr/0004), one of TopoLVM's publishes bytes.
 */
export function startNodeAgent(world: World, node: string, disks: Disks, tellsGeneration: boolean): void {
  const { time, dice, api } = world;
  const busy = new Set<string>();
  let begun = 0;
  let published = 0;
  let writing = 0;
  let isPublishing = false;
  let isOwing = false;
  let queue = time.nowMs;

  const mirror = api.watch({ kinds: ["volume"], delayMs: 200, watcher: (_kind, name) => look(name) });

  function look(name: string): void {
    if (busy.has(name)) return;
    // what it wrote itself it knows
    const volume = mirror.get("volume", name) && api.get("volume", name);
    if (volume?.node !== node) return;
    const isDone = volume.currentBytes !== undefined && volume.currentBytes >= volume.wantedBytes;
    if (!volume.isLeaving && (isDone || volume.hasFailed)) return;
    busy.add(name);
    // lvmd does one thing at a time; now and then the agent is away for a while
    queue = Math.max(queue, time.nowMs) + dice.whole(2, 60) + (world.mishap(0.05) ? dice.whole(500, 4000) : 0);
    time.at(queue - time.nowMs, () => act(volume));
  }

  function act(volume: Volume): void {
    if (volume.isLeaving) {
      disks.remove(volume.uid);
      owe();
      return after(volume.name, () => api.remove("volume", volume.name));
    }
    const isNew = volume.currentBytes === undefined;
    const isMade = isNew
      ? disks.make(volume.uid, volume.deviceClass, volume.wantedBytes)
      : disks.grow(volume.uid, volume.wantedBytes);
    if (!isMade && !volume.isTry) world.complain(`no room for ${volume.name} on ${node}`);
    const earlierBytes = countedBytes(volume.counted, volume.currentBytes ?? 0n, published);
    const counted = tellsGeneration ? { generation: begun + 1, earlierBytes } : undefined;
    if (isMade) owe();
    after(volume.name, () => {
      const now = api.get("volume", volume.name);
      if (now === undefined || now.uid !== volume.uid) return;
      const extent = 4n << 20n;
      const currentBytes = ((volume.wantedBytes + extent - 1n) / extent) * extent;
      api.put("volume", isMade ? { ...now, currentBytes, hasFailed: false, counted } : { ...now, hasFailed: true });
    });
  }

  // figures wait for the statuses of the changes that they contain
  function after(name: string, write: () => void): void {
    writing += 1;
    time.at(dice.whole(1, 80), () => {
      write();
      writing -= 1;
      busy.delete(name);
      look(name);
      publish();
    });
  }

  function owe(): void {
    isOwing = true;
    publish();
  }

  function publish(): void {
    if (isPublishing || !isOwing || (tellsGeneration && writing > 0)) return;
    isPublishing = true;
    isOwing = false;
    begun += 1;
    const generation = tellsGeneration ? begun : undefined;
    const free = new Map(disks.classes().map((name) => [name, disks.free(name)]));
    const late = world.mishap(0.1) ? dice.whole(200, 3000) : 0;
    const write = (): void => {
      if (tellsGeneration && writing > 0) return time.at(5, write);
      isPublishing = false;
      published = generation ?? 0;
      api.put("node", { name: node, free, generation });
      publish();
    };
    time.at(dice.whole(1, 60) + late, write);
  }
}
