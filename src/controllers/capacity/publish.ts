import type { Logger } from "../../base/log.ts";
import type { Names } from "../../capacity/names.ts";
import type { VGServiceClient } from "../../gen/lvmd.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { applyObject, mergePatch } from "../../kube/apply.ts";
import type { Counting } from "./counting.ts";
import { readFigures } from "./figures.ts";
import type { LvmdContact } from "./lvmd-contact.ts";
import type { OwnNode } from "./own-node.ts";
import { appliedNode, isSaid, noFigures, type Published, staleAnnotations } from "./published.ts";

export interface PublishOptions {
  readonly access: KubeAccess;
  readonly names: Names;
  readonly groups: VGServiceClient;
  readonly contact: Pick<LvmdContact, "room" | "isUp" | "givenUpAt">;
  readonly counting: Counting;
  readonly log: Logger;
}

/** Owner of the fields, as server-side apply calls it. */
const manager = "nativestor-node";

/** Says on the Node what room there is, where it does not say so already. Answers the Node as it is then, if it was written. */
export async function publishRoom(options: PublishOptions, node: OwnNode): Promise<unknown> {
  const { counting, contact } = options;
  if (contact.givenUpAt !== undefined) return publishNothing(options, node, contact.givenUpAt);
  if (contact.room === undefined || !contact.isUp) return undefined;
  const { generation, written } = counting.begin();
  const figures = await readFigures(options.groups, contact.room);
  await written;
  const published = { figures, generation, optionClasses: contact.room.optionClasses, unavailableSince: undefined };
  if (!counting.isOwing && node.generation !== undefined && isSaid(node, published, options.names)) return undefined;
  const answer = await write(options, node, published);
  counting.publish(generation);
  return answer;
}

// the figures are of no reading, so that their generation stays that of the last one
async function publishNothing(options: PublishOptions, node: OwnNode, sinceMs: number): Promise<unknown> {
  const published = {
    figures: noFigures(node, options.names),
    generation: node.generation,
    optionClasses: options.contact.room?.optionClasses,
    unavailableSince: new Date(sinceMs).toISOString(),
  };
  return isSaid(node, published, options.names) ? undefined : write(options, node, published);
}

async function write({ access, names, log }: PublishOptions, node: OwnNode, published: Published): Promise<unknown> {
  const path = `/api/v1/nodes/${encodeURIComponent(node.name)}`;
  const applied = await applyObject(access, path, appliedNode(node, published, names), manager);
  const { figures, generation } = published;
  log.debug(
    { figures: Object.fromEntries([...figures].map(([name, bytes]) => [name, String(bytes)])), generation },
    "published room",
  );
  // what another agent wrote in its time is no field of ours, which apply would remove
  const stale = staleAnnotations(node, published, names);
  if (stale.length === 0) return applied;
  const annotations = Object.fromEntries(stale.map((key) => [key, null]));
  return mergePatch(access, path, { metadata: { uid: node.uid, annotations } });
}
