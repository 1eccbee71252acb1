import { NativestorError } from "../../../src/base/errors.ts";
import type { Content, FileSystems } from "../../../src/csi/filesystem/port.ts";
import type { DeviceNodes } from "../../../src/csi/mount/device-nodes.ts";
import type { MountEntry } from "../../../src/csi/mount/mountinfo.ts";
import type { Mounts } from "../../../src/csi/mount/port.ts";
import type { NodeVolume, NodeVolumes } from "../../../src/csi/node/volumes.ts";
import type { ReadUsage } from "../../../src/csi/mount/usage.ts";

/** What a test makes of a volume. */
export interface VolumeFacts {
  readonly sizeBytes?: bigint;
  readonly content?: Content;
  readonly attr?: string;
  readonly isCopy?: boolean;
}

const folder = "/dev/twin";

/** A node's kernel and file system programs in memory. What was done is in `done`, in order. */
export function createHostTwin() {
  const known = new Map<string, NodeVolume>();
  const sizes = new Map<number, bigint>();
  const contents = new Map<string, Content>();
  const entries: MountEntry[] = [];
  const done: string[] = [];
  const failures = new Map<string, NativestorError>();

  function act(what: string): void {
    const failure = failures.get(what.split(" ")[0] ?? "");
    if (failure !== undefined) throw failure;
    done.push(what);
  }

  const idOf = (path: string) => path.slice(folder.length + 1);
  const lastAt = (target: string) => entries.findLastIndex(({ mountPoint }) => mountPoint === target);

  const mounts: Mounts = {
    list: async () => [...entries],
    mount: async ({ device, target, fileSystem, options }) => {
      act(`mount ${fileSystem} ${options.join(",")}`.trim());
      const volume = known.get(idOf(device));
      entries.push({
        device: `${volume?.devMajor}:${volume?.devMinor}`,
        root: "/",
        mountPoint: target,
        options: [options.includes("ro") ? "ro" : "rw"],
        fileSystem,
        source: device,
        superOptions: [options.includes("ro") ? "ro" : "rw"],
      });
    },
    bind: async (source, target) => {
      act("bind");
      const root = `/twin/${idOf(source)}`;
      const own = { options: ["rw"], superOptions: ["rw"], fileSystem: "devtmpfs", source: "devtmpfs" };
      entries.push({ ...own, device: "0:6", root, mountPoint: target });
    },
    makeReadOnly: async (target) => {
      act("read-only");
      const at = lastAt(target);
      const entry = entries[at];
      if (entry !== undefined) entries[at] = { ...entry, options: ["ro"] };
    },
    unmount: async (target) => {
      act("unmount");
      entries.splice(lastAt(target), 1);
    },
  };

  const fileSystems: FileSystems = {
    inspect: async ({ volumeId }) => contents.get(volumeId) ?? { kind: "blank" },
    format: async ({ volumeId, sizeBytes }, type) => {
      act(`format ${type}`);
      contents.set(volumeId, { kind: "file-system", type, uuid: volumeId, sizeBytes });
    },
    check: async (_device, type) => act(`check ${type}`),
    renew: async (_device, type) => act(`renew ${type}`),
    grow: async ({ volumeId, sizeBytes }, type) => {
      act(`grow ${type}`);
      contents.set(volumeId, { kind: "file-system", type, uuid: volumeId, sizeBytes });
    },
  };

  const devices: DeviceNodes = {
    place: async (volumeId) => `${folder}/${volumeId}`,
    remove: async (volumeId) => act(`forget ${volumeId}`),
    sizeBytes: async (_major, minor) => sizes.get(minor) ?? 0n,
  };

  const volumes: NodeVolumes = { find: async (id) => known.get(id) };
  const readUsage: ReadUsage = async () => {
    act("statfs");
    return { totalBytes: 100n, usedBytes: 40n, availableBytes: 55n, totalInodes: 10n, freeInodes: 7n };
  };

  return {
    mounts,
    fileSystems,
    devices,
    volumes,
    readUsage,
    done,
    entries,
    /** Adds a volume, or changes the facts of one. */
    put(id: string, facts: VolumeFacts = {}): void {
      const devMinor = known.get(id)?.devMinor ?? known.size;
      const { attr = "-wi-a-----", isCopy = false, content } = facts;
      known.set(id, { id, devMajor: 253, devMinor, attr, isCopy });
      sizes.set(devMinor, facts.sizeBytes ?? 1n << 30n);
      if (content !== undefined) contents.set(id, content);
    },
    drop: (id: string) => void known.delete(id),
    /** From now on an act of this first word fails. */
    fail: (word: string, message: string) => void failures.set(word, new NativestorError("internal", message)),
  };
}
