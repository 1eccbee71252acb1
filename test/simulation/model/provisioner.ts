import type { Claim } from "./objects.ts";
import type { Reserve } from "./reserve.ts";
import type { World } from "./world.ts";

/**
 * csi-provisioner and our controller together: a claim with a node gets a volume there; what failed is scheduled anew. A claim that
 * waits for no pod gets one where room is promised to it.
 */
export function startProvisioner(world: World, reserve: Reserve): void {
  const { time, dice, api } = world;
  /** Claims under way, by name, as they were when work on them began. */
  const working = new Map<string, Claim>();
  let serial = 0;
  const mirror = api.watch({
    kinds: ["claim", "volume"],
    delayMs: 150,
    watcher: (kind, name) => {
      if (kind === "claim") look(name);
      else for (const claim of working.values()) if (volumeNameOf(claim) === name) proceed(claim);
    },
  });

  function look(name: string): void {
    const claim = mirror.get("claim", name);
    if (claim === undefined) return cleanUp(name);
    if (claim.bound || working.get(name)?.uid === claim.uid) return;
    if (claim.node === undefined && !claim.isImmediate) return;
    working.set(name, claim);
    const late = world.mishap(0.05) ? dice.whole(500, 5000) : 0;
    time.at(dice.whole(1, 100) + late, () => create(claim));
  }

  function create(claim: Claim): void {
    // a process that was restarted begins anew with what it sees then
    if (world.mishap(0.02)) return again(claim, dice.whole(500, 3000));
    // what it does not see any more it does not begin
    if (mirror.get("claim", claim.name)?.uid !== claim.uid) return forget(claim);
    const name = volumeNameOf(claim);
    const existing = api.get("volume", name);
    if (existing !== undefined) return proceed(claim);
    if (claim.node !== undefined) return put(claim, claim.node);
    const sizes = { moreBytes: claim.bytes, wantedBytes: claim.bytes };
    const { deviceClass } = claim;
    reserve({ name, deviceClass, ...sizes, isNew: true, possible: undefined, preferred: [] }, (node) => {
      if (node === undefined) return again(claim, dice.whole(500, 2000));
      put(claim, node);
    });
  }

  function put(claim: Claim, node: string): void {
    const name = volumeNameOf(claim);
    if (api.get("volume", name) !== undefined) return again(claim, 500);
    serial += 1;
    api.put("volume", {
      name,
      uid: `${claim.uid}#${serial}`,
      node,
      deviceClass: claim.deviceClass,
      wantedBytes: claim.bytes,
      currentBytes: undefined,
      hasFailed: false,
      counted: undefined,
      isLeaving: false,
      isTry: false,
    });
  }

  function forget(claim: Claim): void {
    if (working.get(claim.name) === claim) working.delete(claim.name);
  }

  function again(claim: Claim, afterMs: number): void {
    time.at(afterMs, () => {
      forget(claim);
      look(claim.name);
    });
  }

  function proceed(claim: Claim): void {
    const volume = mirror.get("volume", volumeNameOf(claim));
    if (volume === undefined || volume.isLeaving) return;
    const isWrong = volume.hasFailed || (!claim.isImmediate && volume.node !== claim.node);
    if (isWrong && volume.currentBytes === undefined) return fail(claim);
    if (volume.currentBytes !== undefined) time.at(dice.whole(1, 60), () => bind(claim));
  }

  function bind(claim: Claim): void {
    forget(claim);
    const now = api.get("claim", claim.name);
    if (now?.uid === claim.uid) api.put("claim", { ...now, bound: true });
    else remove(volumeNameOf(claim));
  }

  function fail(claim: Claim): void {
    remove(volumeNameOf(claim));
    time.at(dice.whole(1, 60), () => {
      forget(claim);
      const now = api.get("claim", claim.name);
      if (now?.uid !== claim.uid) return;
      if (claim.isImmediate) look(claim.name);
      else api.put("claim", { ...now, node: undefined });
    });
  }

  // the claim is gone: so is its volume to be, unless it is still being worked on
  function cleanUp(name: string): void {
    if (working.has(name)) return;
    for (const volume of mirror.all("volume"))
      if (volume.name.startsWith("pvc-") && !api.all("claim").some((claim) => volumeNameOf(claim) === volume.name))
        remove(volume.name);
  }

  function remove(name: string): void {
    const volume = api.get("volume", name);
    if (volume !== undefined && !volume.isLeaving) api.put("volume", { ...volume, isLeaving: true });
  }
}

function volumeNameOf({ uid }: Claim): string {
  return `pvc-${uid}`;
}
