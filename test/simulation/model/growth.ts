import type { Volume } from "./objects.ts";
import type { Reserve } from "./reserve.ts";
import type { World } from "./world.ts";

const mebibyte = 1n << 20n;

/** Now and then, until calm, somebody has a volume grow, or takes a snapshot of it, which goes again some time later. */
export function startGrowth(world: World, reserve: Reserve): void {
  const { time, dice, api } = world;
  let serial = 0;

  function turn(): void {
    const made = api.all("volume").filter(({ currentBytes, isLeaving }) => currentBytes !== undefined && !isLeaving);
    if (made.length > 0) {
      const volume = dice.pick(made);
      if (dice.chance(0.5)) grow(volume);
      else copy(volume);
    }
    if (time.nowMs < world.calmFromMs) time.at(dice.whole(100, 2_000), turn);
  }

  function grow({ name, uid, node, deviceClass, currentBytes = 0n, wantedBytes: before }: Volume): void {
    const wantedBytes = (before > currentBytes ? before : currentBytes) + BigInt(dice.whole(1, 60)) * mebibyte;
    const wish = { name, deviceClass, moreBytes: wantedBytes - currentBytes, wantedBytes };
    reserve({ ...wish, isNew: false, possible: new Set([node]), preferred: [] }, (granted) => {
      const now = api.get("volume", name);
      if (granted === undefined || now?.uid !== uid || now.isLeaving || now.wantedBytes > wantedBytes) return;
      api.put("volume", { ...now, wantedBytes, hasFailed: false, isTry: true });
    });
  }

  function copy({ node, deviceClass, currentBytes = 0n }: Volume): void {
    serial += 1;
    const name = `snapshot-${serial}`;
    const sizes = { moreBytes: currentBytes, wantedBytes: currentBytes };
    reserve({ name, deviceClass, ...sizes, isNew: true, possible: new Set([node]), preferred: [] }, (granted) => {
      if (granted === undefined) return;
      const rest = { wantedBytes: currentBytes, currentBytes: undefined, counted: undefined };
      const made = { name, uid: name, node, deviceClass, ...rest, hasFailed: false, isLeaving: false, isTry: true };
      api.put("volume", made);
      time.at(dice.whole(1_000, 20_000), () => {
        const now = api.get("volume", name);
        if (now !== undefined) api.put("volume", { ...now, isLeaving: true });
      });
    });
  }

  time.at(dice.whole(100, 2_000), turn);
}
