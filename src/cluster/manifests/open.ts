import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import { messageOf } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";
import { watchFolder } from "../../base/watch-folder.ts";
import type { Names } from "../../capacity/names.ts";
import { registerViewGauges } from "../metrics.ts";
import { createNodeListeners } from "../node-listeners.ts";
import { type DatedStorageClass, defaultStorageClass } from "../objects/storage-class.ts";
import type { ClusterView, NodeFacts } from "../view.ts";
import { claimKey } from "./content.ts";
import { createFolderReader } from "./folder.ts";
import { createLiveSupplies, type LiveSupply } from "./live.ts";
import { type Folder, mergeFiles } from "./merge.ts";
import { createScans } from "./scans.ts";

/** An editor writes a file in several steps; a person who has saved it wants to see it count. */
const times = { settleMs: 50, pollMs: 5_000 };

export interface ManifestsViewOptions {
  readonly folder: string;
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
  readonly registry?: Registry | undefined;
}

/** A view of a folder of manifests. */
export interface ManifestsView extends ClusterView {
  /** The folder's pods as they stand there, in the order of the files. */
  pods(): readonly unknown[];
  /** Files whose content cannot be read now, as `FILE:LINE: REASON`; their last good content is in force. */
  problems(): readonly string[];
  /** Lets an lvmd tell a node's room, which then counts instead of the node's annotations. */
  attachLvmd(node: string): LiveSupply;
}

/**
 * Reads a folder of ordinary manifests (Nodes, claims, StorageClasses, Pods) and follows it: an edited file counts at once.
 * @throws NativestorError `unavailable` when the folder cannot be read
 */
export async function openManifestsView(options: ManifestsViewOptions): Promise<ManifestsView> {
  const { folder, names, clock, log, registry } = options;
  const reader = createFolderReader(folder, names, log);
  const listeners = createNodeListeners(log);
  const lives = createLiveSupplies(clock, refreshNode);
  const nodes = new Map<string, NodeFacts>();
  let content: Folder = mergeFiles([]);
  let defaultClass: DatedStorageClass | undefined;
  let lastScanMs = -Infinity;

  function refreshNode(name: string): void {
    const before = nodes.get(name);
    const after = nodeOf(name, content.nodes.get(name), lives.supplyOf(name));
    if (after === undefined) nodes.delete(name);
    else nodes.set(name, after);
    listeners.changed(before, after);
  }

  async function scan(): Promise<void> {
    const isChanged = await reader.scan();
    lastScanMs = clock.monotonic();
    if (!isChanged) return;
    const known = new Set(content.duplicates);
    content = mergeFiles(reader.files());
    for (const duplicate of content.duplicates) if (!known.has(duplicate)) log.warn(duplicate);
    defaultClass = defaultStorageClass(content.storageClasses.values());
    for (const name of new Set([...content.nodes.keys(), ...nodes.keys(), ...lives.nodes()])) refreshNode(name);
  }
  const scans = createScans(scan);

  async function look(): Promise<void> {
    try {
      await scans.run();
    } catch (error) {
      log.error(`${messageOf(error)}; what was read last stays in force`);
    }
  }

  await scans.run();
  const stopWatching = watchFolder(folder, { clock, log, ...times }, look);
  const ageMs = () => clock.monotonic() - lastScanMs;
  const objects = () => ({
    nodes: nodes.size,
    persistentvolumeclaims: content.claims.size,
    storageclasses: content.storageClasses.size,
  });
  if (registry !== undefined) registerViewGauges(registry, { ageMs, objects, nodes: () => nodes.values() });

  const claim = (namespace: string, name: string) => content.claims.get(claimKey(namespace, name));
  return {
    node: (name) => nodes.get(name),
    nodes: () => nodes.values(),
    claim,
    storageClass: (name) => (name === undefined ? defaultClass : content.storageClasses.get(name)),
    lookupClaim: async (namespace, name) => {
      if (claim(namespace, name) === undefined) await scans.run();
      return claim(namespace, name);
    },
    confirmClaim: async (namespace, name) => {
      await scans.run();
      return claim(namespace, name);
    },
    lookupStorageClass: async (name) => {
      if (!content.storageClasses.has(name)) await scans.run();
      return content.storageClasses.get(name);
    },
    health: () => ({ synced: true, ageMs: ageMs() }),
    synced: async () => undefined,
    onNodeChange: (listener) => listeners.add(listener),
    close: async () => {
      stopWatching();
      lives.close();
      await scans.idle();
    },
    pods: () => [...content.pods.values()],
    problems: () => reader.problems(),
    attachLvmd: (node) => lives.attach(node),
  };
}

// a node that only an lvmd knows is a node too
function nodeOf(
  name: string,
  manifest: NodeFacts | undefined,
  live: NodeFacts["supply"] | undefined,
): NodeFacts | undefined {
  if (live === undefined) return manifest;
  return { name, supply: live, optionClasses: manifest?.optionClasses };
}
