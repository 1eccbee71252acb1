/** The real room of a node, which nobody but its agent sees. */
export interface Disks {
  free(deviceClass: string): bigint;
  classes(): readonly string[];
  /** False where there is no room. */
  make(volume: string, deviceClass: string, bytes: bigint): boolean;
  grow(volume: string, bytes: bigint): boolean;
  remove(volume: string): void;
}

const extent = 4n << 20n;
const extents = (bytes: bigint): bigint => ((bytes + extent - 1n) / extent) * extent;

export function createDisks(sizes: ReadonlyMap<string, bigint>): Disks {
  const free = new Map(sizes);
  const volumes = new Map<string, { readonly deviceClass: string; readonly bytes: bigint }>();

  function take(volume: string, deviceClass: string, bytes: bigint): boolean {
    const had = volumes.get(volume)?.bytes ?? 0n;
    const more = extents(bytes) - had;
    const left = (free.get(deviceClass) ?? 0n) - more;
    if (left < 0n) return false;
    free.set(deviceClass, left);
    volumes.set(volume, { deviceClass, bytes: extents(bytes) });
    return true;
  }

  return {
    free: (deviceClass) => free.get(deviceClass) ?? 0n,
    classes: () => [...free.keys()],
    make: (volume, deviceClass, bytes) => volumes.has(volume) || take(volume, deviceClass, bytes),
    grow: (volume, bytes) => {
      const known = volumes.get(volume);
      return known === undefined || extents(bytes) <= known.bytes || take(volume, known.deviceClass, bytes);
    },
    remove: (volume) => {
      const known = volumes.get(volume);
      if (known === undefined) return;
      volumes.delete(volume);
      free.set(known.deviceClass, (free.get(known.deviceClass) ?? 0n) + known.bytes);
    },
  };
}
