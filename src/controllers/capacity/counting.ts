/** A reading of the disk's room. */
interface Reading {
  readonly generation: number;
  /** Resolves when the changes that this reading may be the first to contain have been written down, or could not be. */
  readonly written: Promise<unknown>;
}

/**
 * Numbers the readings of a node's room, and knows which is the first to contain a change on disk. One for each process:
 * what changes volumes and what publishes room share it. See docs/adr/0004-published-capacity-says-what-it-counts.md.
 */
export interface Counting {
  /** Generation of the figures that are known to be published; undefined where there are none. */
  readonly published: number | undefined;
  /** A change has ended whose generation is not published yet. */
  readonly isOwing: boolean;
  /** Generations from now on are above this one, which a former process gave out. */
  raise(generation: number): void;
  /** Tells of a change that has just ended; answers the generation of the first reading that is sure to contain it. */
  changed(): number;
  /** What writes a change down. No reading that begins after this is published before it has ended. */
  hold<T>(write: Promise<T>): Promise<T>;
  /** Begins a reading: what is asked of lvmd from now on belongs to it. */
  begin(): Reading;
  /** Tells that the Node has figures of this generation, of this process or a former one. */
  publish(generation: number): void;
}

/** @param onOwing called when a change has to be published */
export function createCounting(onOwing: () => void): Counting {
  const writes = new Set<Promise<unknown>>();
  let begun = 0;
  let owed = 0;
  let published: number | undefined;

  return {
    get published() {
      return published;
    },
    get isOwing() {
      return owed > (published ?? 0);
    },
    raise: (generation) => {
      begun = Math.max(begun, generation);
    },
    changed: () => {
      owed = begun + 1;
      onOwing();
      return owed;
    },
    hold: async (write) => {
      writes.add(write);
      try {
        return await write;
      } finally {
        writes.delete(write);
      }
    },
    begin: () => {
      begun += 1;
      return { generation: begun, written: Promise.allSettled(writes) };
    },
    publish: (generation) => {
      begun = Math.max(begun, generation);
      published = Math.max(published ?? 0, generation);
    },
  };
}
