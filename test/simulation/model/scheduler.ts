import type { Extender } from "./extender.ts";
import type { Claim, Pod } from "./objects.ts";
import { createSchedulingQueue, type SchedulingQueue } from "./queue.ts";
import { createThrottle } from "./throttle.ts";
import type { World } from "./world.ts";

export interface SchedulerOptions {
  readonly id: number;
  /** Its client's limit. */
  readonly perSecond: number;
  readonly burst: number;
  /** Share of the nodes that it hands to an extender. */
  readonly sample: number;
}

/**
 * kube-scheduler: one pod after the other is filtered; what was chosen is written down beside that, in the order of the choices
 * as far as its client's limit makes them wait. A crash forgets everything.
 */
export function startScheduler(world: World, extender: Extender, options: SchedulerOptions): void {
  const { time, dice, api, stalls } = world;
  let life = 0;
  let isBusy = false;
  let queue: SchedulingQueue;
  let throttle: () => number;
  /** Pods with a node in this process's memory. */
  let assumed: Map<string, Pod>;
  const mirror = api.watch({
    kinds: ["pod", "claim", "node", "volume"],
    delayMs: 60,
    watcher: (kind, name) => {
      if (queue === undefined) return;
      if (kind === "volume") return; // it knows nothing of them
      queue.event();
      if (kind === "pod") seen(name);
    },
  });
  const known = new Set<string>();
  start();
  // a sample without room is looked past only when something brings the pod back: a cluster that small samples are for is busy
  if (options.sample < 1) murmur();

  function murmur(): void {
    queue.event();
    time.at(2_000, murmur);
  }

  function start(): void {
    life += 1;
    isBusy = false;
    known.clear();
    assumed = new Map();
    throttle = createThrottle(time, options.perSecond, options.burst);
    queue = createSchedulingQueue(time, wake);
    for (const { name } of mirror.all("pod")) seen(name);
  }

  function crash(): void {
    const dead = (life += 1);
    isBusy = true;
    time.at(dice.whole(500, 3000), () => {
      if (life === dead) start();
    });
  }

  function seen(name: string): void {
    const pod = mirror.get("pod", name);
    if (pod === undefined) {
      known.delete(name);
      assumed.delete(name);
      return queue.remove(name);
    }
    if (pod.scheduler !== options.id || pod.node !== undefined || known.has(name)) return;
    known.add(name);
    queue.add(name);
  }

  /** A write to the API server, in its turn. */
  function writing(atMostMs: number, run: () => void): void {
    later(throttle(), () => later(stalls.writeMs(atMostMs), run));
  }

  /** `run` after a while, unless the process has ended by then. */
  function later(delayMs: number, run: () => void): void {
    const own = life;
    time.at(delayMs, () => {
      if (own === life) run();
    });
  }

  function wake(): void {
    later(0, () => {
      if (isBusy) return;
      const name = queue.pop();
      if (name === undefined) return;
      isBusy = true;
      cycle(name);
    });
  }

  function next(): void {
    isBusy = false;
    wake();
  }

  function cycle(name: string): void {
    const pod = mirror.get("pod", name);
    if (pod === undefined || pod.node !== undefined || assumed.has(name)) {
      queue.done(name);
      return next();
    }
    if (world.mishap(0.004)) return crash();
    const claims = pod.claims.map((claim) => mirror.get("claim", claim));
    // a claim that is not there is waited for
    if (claims.some((claim) => claim === undefined)) {
      queue.refused(name);
      return next();
    }
    const offered = offer(pod, claims as Claim[]);
    if (offered.length === 0) {
      queue.refused(name);
      return next();
    }
    later(dice.whole(1, 3), () => {
      extender.filter(name, pod.claims, offered, (answer) => {
        later(dice.whole(1, 3), () => {
          // another one has its name by now
          if (mirror.get("pod", name) !== pod) return next();
          if (typeof answer === "string") queue.failed(name);
          else if (answer.length === 0) queue.refused(name);
          else choose(pod, claims as Claim[], answer);
          next();
        });
      });
    });
  }

  // what passes its own filters: affinity, and the node that a claim names already
  function offer(pod: Pod, claims: readonly Claim[]): string[] {
    const named = claims.flatMap(({ node }) => node ?? []);
    const possible = pod.allowed.filter((node) => named.every((one) => one === node));
    const feasible = possible.filter((node) => mirror.get("node", node) !== undefined);
    const count = Math.max(1, Math.ceil(feasible.length * options.sample));
    return dice.shuffle(feasible).slice(0, count);
  }

  function choose(pod: Pod, claims: readonly Claim[], answer: readonly string[]): void {
    // a plugin's Reserve, or another extender, says no; what it waits for happens some time
    if (world.mishap(0.03)) {
      later(dice.whole(10, 5_000), () => queue.event());
      return dice.chance(0.5) ? queue.failed(pod.name) : queue.refused(pod.name);
    }
    const node = dice.pick(answer);
    assumed.set(pod.name, pod);
    queue.done(pod.name);
    // the pod's status is written first
    writing(30, () => write(pod, claims, node, 0));
  }

  function write(pod: Pod, claims: readonly Claim[], node: string, at: number): void {
    const claim = claims[at];
    if (claim === undefined) return awaitVolumes(pod, node);
    if (claim.bound || claim.node === node) return write(pod, claims, node, at + 1);
    writing(60, () => {
      // the API server refuses an update of what has changed
      const isLost = world.mishap(0.02);
      if (api.get("claim", claim.name) !== claim || isLost) return giveUp(pod);
      api.put("claim", { ...claim, node });
      write(pod, claims, node, at + 1);
    });
  }

  function awaitVolumes(pod: Pod, node: string): void {
    later(1_000, () => {
      const claims = pod.claims.map((name) => mirror.get("claim", name));
      if (claims.some((claim) => claim === undefined || (!claim.bound && claim.node !== node))) return giveUp(pod);
      if (claims.some((claim) => claim?.bound === false)) return awaitVolumes(pod, node);
      writing(30, () => {
        forget(pod);
        const now = api.get("pod", pod.name);
        if (now === pod) api.put("pod", { ...pod, node });
      });
    });
  }

  function forget(pod: Pod): void {
    if (assumed.get(pod.name) === pod) assumed.delete(pod.name);
  }

  function giveUp(pod: Pod): void {
    forget(pod);
    queue.event();
    if (mirror.get("pod", pod.name) === pod) queue.failed(pod.name);
  }
}
