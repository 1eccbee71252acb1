import { fieldsAt, requiredNameAt } from "../../cluster/objects/fields.ts";
import { currentNames, legacyNames } from "../../capacity/names.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { KubeError } from "../../kube/errors.ts";
import { listPages } from "../../kube/list.ts";

import type { LvmdClient } from "../../lvmd/client.ts";
import type { Hunt } from "./collector.ts";
import type { Orphan } from "./orphan.ts";

/** A volume on this node's disks that no LogicalVolume stands for. */
export interface OrphanedVolume extends Orphan {
  readonly name: string;
  readonly deviceClass: string;
}

export interface DiskHuntOptions {
  readonly access: KubeAccess;
  readonly nodeName: string;
  readonly lvmd: Pick<LvmdClient, "volumes" | "groups">;
  /** Device classes that lvmd has now. */
  readonly deviceClasses: () => readonly string[];
  /** UIDs of this node's LogicalVolumes, as its agent knows them anyway. */
  readonly ownUids: () => Iterable<string>;
}

/** As names of volumes of ours are: UIDs of LogicalVolumes. Others in the group are not for us to judge. */
const uidForm = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Looks for volumes on this node's disks that no LogicalVolume stands for, under the present names or the legacy ones. */
export function diskHunt({ access, nodeName, lvmd, deviceClasses, ownUids }: DiskHuntOptions): Hunt<OrphanedVolume> {
  async function onDisk(): Promise<Pick<OrphanedVolume, "name" | "deviceClass">[]> {
    const lists = await Promise.all(
      deviceClasses().map(async (deviceClass) =>
        (await lvmd.groups.getLVList({ deviceClass })).volumes.map(({ name }) => ({ name, deviceClass })),
      ),
    );
    return lists.flat().filter(({ name }) => uidForm.test(name));
  }

  async function find(signal: AbortSignal): Promise<OrphanedVolume[]> {
    // the disk first: what is made after it was read has its object already
    const own = new Set(ownUids());
    const volumes = (await onDisk()).filter(({ name }) => !own.has(name));
    // the cluster is asked only where there is something to ask about: thousands of nodes look every few minutes
    if (volumes.length === 0) return [];
    const known = await knownUids(access, signal);
    return volumes
      .filter(({ name }) => !known.has(name))
      .map((volume) => ({
        ...volume,
        kind: "disk" as const,
        key: `${volume.deviceClass}/${volume.name}`,
        regarding: { apiVersion: "v1", kind: "Node", name: nodeName },
        note: `volume ${volume.name} of device class ${volume.deviceClass} seems to be orphaned: no LogicalVolume has this uid`,
      }));
  }

  return {
    kinds: ["disk"],
    find,
    remove: async ({ key }, signal) => {
      const now = (await find(signal)).find((one) => one.key === key);
      if (now === undefined) return false;
      await lvmd.volumes.removeLV({ name: now.name, deviceClass: now.deviceClass });
      return true;
    },
  };
}

// of all nodes: a volume is no orphan because its object names another node
async function knownUids(access: KubeAccess, signal: AbortSignal): Promise<Set<string>> {
  const uids = new Set<string>();
  let isServed = false;
  for (const { driver } of [currentNames, legacyNames]) {
    const path = `/apis/${driver}/v1/logicalvolumes`;
    try {
      for await (const { items } of listPages(access, { name: path, path, metadataOnly: true }, signal))
        for (const json of items) uids.add(uidOf(json));
      isServed = true;
    } catch (error) {
      if (!(error instanceof KubeError) || error.status !== 404) throw error;
    }
  }
  if (!isServed) throw new KubeError(undefined, "no LogicalVolumes can be read");
  return uids;
}

function uidOf(json: unknown): string {
  return requiredNameAt(fieldsAt(fieldsAt(json, "logicalVolume").metadata, "metadata").uid, "metadata.uid");
}
