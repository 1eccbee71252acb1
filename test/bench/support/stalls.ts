/** The longest time in which the event loop of this process looked at nothing new. */
export interface Stall {
  readonly wallMs: number;
  /** What this thread itself used of it; the rest is other threads and other processes of the machine. */
  readonly cpuMs: number;
}

export interface StallMeter {
  /** The longest stall since the last call, which begins anew. */
  take(): Stall;
}

const everyMs = 1;

/** Measures with a timer that is due every millisecond: how late it comes is how long the loop was held up. */
export function startStallMeter(): StallMeter {
  let longest: Stall = { wallMs: 0, cpuMs: 0 };
  let [lastMs, lastCpu] = [performance.now(), cpuMs()];
  setInterval(() => {
    const [nowMs, nowCpu] = [performance.now(), cpuMs()];
    const wallMs = nowMs - lastMs - everyMs;
    if (wallMs > longest.wallMs) longest = { wallMs, cpuMs: Math.min(wallMs, nowCpu - lastCpu) };
    [lastMs, lastCpu] = [nowMs, nowCpu];
  }, everyMs);
  return {
    take: () => {
      const taken = longest;
      longest = { wallMs: 0, cpuMs: 0 };
      return taken;
    },
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
