import type { Random } from "../../fuzz/random.ts";
import { createSnapshot, removeSnapshot, snapshotReady } from "./snapshots.ts";
import type { Space } from "./space.ts";

/** Random changes to volumes, each of which only says what is wished for. */
export interface Workload {
  /** Makes one change; it is fulfilled some time later. */
  change(): Promise<void>;
  /** Claims that are wanted, by name, with their sizes. */
  claims(): ReadonlyMap<string, string>;
  snapshotsReady(): Promise<void>;
  /** How often each kind of change was made. */
  counts(): string;
  /** Removes the snapshots. */
  end(): Promise<void>;
}

const kinds = ["create", "create", "create", "expand", "expand", "snapshot", "remove"] as const;
type Kind = (typeof kinds)[number];
const mostClaims = 12;

/** A workload in a space. Its claims are block devices that no pod uses: they grow without one. */
export function openWorkload(space: Space, random: Random): Workload {
  const claims = new Map<string, string>();
  const snapshots: string[] = [];
  const counts = new Map<string, number>();
  let made = 0;

  const changes: Readonly<Record<Kind, (claim: string | undefined) => Promise<void>>> = {
    create: async () => {
      made += 1;
      const storageClass = random.pick(["ssd-immediate", "thin-immediate"] as const);
      const name = `${storageClass}-${made}`;
      const size = `${64 * (1 + random.below(4))}Mi`;
      claims.set(name, size);
      await space.createClaim(name, { storageClass, size, volumeMode: "Block" });
    },
    expand: async (claim) => {
      // kubelet's part of the API lets only bound claims grow
      if (claim === undefined || (await space.claim(claim)).status.phase !== "Bound") return;
      const size = `${Number.parseInt(claims.get(claim) ?? "", 10) + 64}Mi`;
      claims.set(claim, size);
      await space.resize(claim, size);
    },
    snapshot: async (claim) => {
      // a thick source could be neither grown nor removed meanwhile
      if (claim === undefined || !claim.startsWith("thin")) return;
      made += 1;
      const name = `snapshot-${made}`;
      await space.bound(claim);
      await createSnapshot(space, name, claim);
      snapshots.push(name);
      // until it is there, its claim is protected
      await snapshotReady(space, name);
    },
    remove: async (claim) => {
      if (claim === undefined) return;
      // csi-provisioner that dies over a claim which goes meanwhile leaves its volume behind: that is for the collector of orphans
      await space.bound(claim);
      claims.delete(claim);
      await space.dropClaim(claim);
    },
  };

  return {
    change: async () => {
      const kind = claims.size >= mostClaims ? "remove" : random.pick(kinds);
      counts.set(kind, (counts.get(kind) ?? 0) + 1);
      await changes[kind](claims.size === 0 ? undefined : random.pick([...claims.keys()]));
    },
    claims: () => claims,
    snapshotsReady: async () => void (await Promise.all(snapshots.map((name) => snapshotReady(space, name)))),
    counts: () => [...counts].map(([kind, count]) => `${count} × ${kind}`).join(", "),
    end: async () => void (await Promise.all(snapshots.map((name) => removeSnapshot(space, name)))),
  };
}
