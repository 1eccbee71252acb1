/** A time in which the event loop of this process looked at nothing new. */
export interface Stall {
  readonly wallMs: number;
  /** What this thread itself used of it; the rest is other threads and other processes of the machine. */
  readonly cpuMs: number;
}

/** The worst of many stalls. */
export interface Stalls {
  readonly longest: Stall;
  /** The most that this thread used of any one. */
  readonly mostCpuMs: number;
}

export interface StallMeter {
  /** The worst since the last call, which begins anew. */
  take(): Stalls;
}

const everyMs = 1;

const noStalls: Stalls = { longest: { wallMs: 0, cpuMs: 0 }, mostCpuMs: 0 };

/** Measures with a timer that is due every millisecond: how late it comes is how long the loop was held up. */
export function startStallMeter(): StallMeter {
  let worst = noStalls;
  let [lastMs, lastCpu] = [performance.now(), cpuMs()];
  setInterval(() => {
    const [nowMs, nowCpu] = [performance.now(), cpuMs()];
    const wallMs = Math.max(0, nowMs - lastMs - everyMs);
    const cpuHereMs = Math.min(wallMs, nowCpu - lastCpu);
    worst = worstOf([worst, { longest: { wallMs, cpuMs: cpuHereMs }, mostCpuMs: cpuHereMs }]);
    [lastMs, lastCpu] = [nowMs, nowCpu];
  }, everyMs);
  return {
    take: () => {
      const taken = worst;
      worst = noStalls;
      return taken;
    },
  };
}

/** Of several times together. */
export function worstOf(all: readonly Stalls[]): Stalls {
  return {
    longest: all.reduce((most, { longest }) => (longest.wallMs > most.wallMs ? longest : most), noStalls.longest),
    mostCpuMs: Math.max(0, ...all.map(({ mostCpuMs }) => mostCpuMs)),
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
