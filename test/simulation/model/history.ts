import { createLedger, type Ledger } from "../../../src/capacity/reservations/ledger.ts";
import { createApi } from "./api.ts";
import { createDice } from "./dice.ts";
import { createDisks, type Disks } from "./disks.ts";
import { type Answered, type Extender, rebuilt, type Replica, startReplica } from "./extender.ts";
import { startGrowth } from "./growth.ts";
import { startNodeAgent } from "./node-agent.ts";
import { startProvisioner } from "./provisioner.ts";
import { reserveAt } from "./reserve.ts";
import { startScheduler } from "./scheduler.ts";
import { createStalls } from "./stalls.ts";
import { createTimeline } from "./timeline.ts";
import type { World } from "./world.ts";

export interface HistoryOptions {
  readonly seed: number;
  /** The ledger under test. */
  readonly createLedger?: () => Ledger;
  /** Replicas take over from each other all the time, within milliseconds. */
  readonly isRestless?: boolean;
  /** A replica takes what it last saw of a claim for what is there, also where a pod has just been made. */
  readonly trusts?: boolean;
  /** A replica does not notice that the API server is slow. */
  readonly isBlind?: boolean;
  /** The controller keeps a ledger of its own, and does not ask the replica that answers the scheduler. */
  readonly isApart?: boolean;
  /** Nothing goes wrong, nodes tell what they count, and the scheduler is not held up by its own limit. */
  readonly isSmooth?: boolean;
  /** Told of each write and each answer, for looking into a history. */
  readonly trace?: (line: string) => void;
}

/** What came of a history. */
export interface Outcome {
  /** What must not happen, and did. */
  readonly complaints: readonly string[];
  readonly bound: number;
  readonly pending: number;
  readonly refusals: number;
  readonly errors: number;
  /** How long pods were kept waiting for holds that came to nothing, each from its first such answer until it was let through. */
  readonly waitsMs: readonly number[];
}

const mebibyte = 1n << 20n;
const calmFromMs = 12_000;
const endMs = 150_000;

/** One random history: a burst of pods on a few nodes with little room, with disturbances, and then calm until nothing is left to happen. */
export function runHistory({
  seed,
  createLedger: create = () => createLedger({ mostCounted: seed % 2 === 0 ? 64 : 2 }),
  isSmooth = false,
  isRestless = false,
  trusts = false,
  isApart = false,
  isBlind = false,
  trace,
}: HistoryOptions): Outcome {
  const time = createTimeline();
  const dice = createDice(seed);
  const api = createApi(time, dice);
  const complaints: string[] = [];
  const trouble = isSmooth ? 0 : dice.pick([0, 0.5, 1, 2]);
  const stalls = createStalls(time, dice);
  const world: World = {
    time,
    dice,
    api,
    stalls,
    calmFromMs,
    mishap: (share) => time.nowMs < calmFromMs && dice.chance(share * trouble),
    complain: (what) => void complaints.push(`${Math.round(time.nowMs)} ms: ${what}`),
  };
  const say = trace && ((line: string) => trace(`${time.nowMs.toFixed(0).padStart(7)} ${line}`));
  if (say !== undefined)
    api.watch({
      kinds: ["pod", "claim", "volume", "node"],
      delayMs: 0,
      watcher: (kind, name, object) => say(`${kind} ${name} ${JSON.stringify(object, plain) ?? "gone"}`),
    });
  const disks = makeNodes(world, isSmooth || dice.chance(0.75));
  const counts: Counts = { refusals: 0, errors: 0, waitsMs: [] };
  const start = () => startReplica(world, create, { confirms: !trusts, notices: !isBlind });
  const service = startService(world, { start, create }, counts, isRestless, say);
  const apart = isApart ? start() : undefined;
  const reserve = reserveAt(world, () => apart ?? service.answering());
  startProvisioner(world, reserve);
  if (!isSmooth && dice.chance(0.5)) startGrowth(world, reserve);
  const schedulers = dice.chance(0.4) ? 2 : 1;
  for (let id = 0; id < schedulers; id += 1)
    startScheduler(world, service.extender, {
      id,
      perSecond: isSmooth ? 1000 : dice.pick([5, 20, 1000]),
      burst: isSmooth ? 100 : dice.pick([2, 10, 100]),
      // which nodes a sample has is no matter of holds
      sample: isSmooth ? 1 : dice.pick([0.3, 0.6, 1, 1]),
    });
  makePods(world, schedulers, isSmooth ? 0 : 0.15);
  if (!isSmooth && dice.chance(0.4)) makeImmediateClaims(world);
  time.runUntil(endMs);
  judge(world, disks, service.active());
  const pods = api.all("pod");
  const bound = pods.filter(({ node }) => node !== undefined).length;
  return { complaints, bound, pending: pods.length - bound, ...counts };
}

function plain(_key: string, value: unknown): unknown {
  if (value instanceof Map) return Object.fromEntries(value);
  return typeof value === "bigint" ? `${value / mebibyte}Mi` : value;
}

function makeNodes(world: World, tells: boolean): ReadonlyMap<string, Disks> {
  const { dice, api } = world;
  const places = dice.pick([1, 1, 2, 4]);
  return new Map(
    Array.from({ length: dice.whole(2, 6) }, (_, at) => {
      const name = `n${at}`;
      const sizes = new Map([["ssd", BigInt(96 * dice.whole(1, places)) * mebibyte]]);
      if (dice.chance(0.5)) sizes.set("hdd", BigInt(96 * dice.whole(1, places)) * mebibyte);
      const disks = createDisks(sizes);
      api.put("node", { name, free: new Map(sizes), generation: tells ? 0 : undefined });
      startNodeAgent(world, name, disks, tells);
      return [name, disks] as const;
    }),
  );
}

function makePods(world: World, schedulers: number, removals: number): void {
  const { time, dice, api } = world;
  const nodes = api.all("node").map(({ name }) => name);
  const spreadMs = dice.pick([1, 50, 500, 4000]);
  const count = dice.whole(2, 14);
  let serial = 0;
  const sizes = dice.pick([[96], [48, 96], [10, 30, 50], [33]]);
  const create = (name: string, scheduler: number): void => {
    const classes = dice.chance(0.15) ? ["ssd", "hdd"] : Array.from({ length: dice.chance(0.2) ? 2 : 1 }, () => "ssd");
    const annotated = new Map<string, bigint>();
    const claims = classes.map((deviceClass, at) => {
      serial += 1;
      const uid = `00000000-0000-4000-8000-${serial.toString(16).padStart(12, "0")}`;
      const bytes = BigInt(dice.pick(sizes)) * mebibyte + (dice.chance(0.2) ? 1n : 0n);
      annotated.set(deviceClass, (annotated.get(deviceClass) ?? 0n) + bytes);
      const rest = { node: undefined, bound: false, isImmediate: false };
      const claim = { name: `${name}-${at}`, uid, deviceClass, bytes, ...rest };
      api.put("claim", claim);
      return claim.name;
    });
    const allowed = dice.chance(0.2) ? dice.shuffle(nodes).slice(0, dice.whole(1, nodes.length)) : nodes;
    api.put("pod", { name, claims, allowed, scheduler, createdMs: time.nowMs, annotated, node: undefined });
  };
  const remove = (name: string): void => {
    const pod = api.get("pod", name);
    if (pod === undefined) return;
    api.remove("pod", name);
    for (const claim of pod.claims) api.remove("claim", claim);
    // a StatefulSet makes it anew under its name, for the same scheduler, perhaps before the world has seen the end of the former one
    if (dice.chance(0.7)) time.at(dice.pick([0, 5, 30, 200, 4_000]), () => create(name, pod.scheduler));
  };
  for (let at = 0; at < count; at += 1) {
    const name = `p${at}`;
    const scheduler = dice.whole(0, schedulers - 1);
    time.at(dice.next() * spreadMs, () => create(name, scheduler));
    if (dice.chance(removals)) time.at(dice.next() * 8_000, () => remove(name));
  }
}

// claims that wait for no pod
function makeImmediateClaims({ time, dice, api }: World): void {
  const spreadMs = dice.pick([1, 500, 4000]);
  for (let at = dice.whole(1, 8); at > 0; at -= 1) {
    const name = `immediate-${at}`;
    const uid = `00000000-0000-4000-9000-${at.toString(16).padStart(12, "0")}`;
    const bytes = BigInt(dice.pick([33, 48, 96])) * mebibyte;
    const claim = { name, uid, deviceClass: "ssd", bytes, node: undefined, bound: false, isImmediate: true };
    time.at(dice.next() * spreadMs, () => api.put("claim", claim));
  }
}

interface Counts {
  refusals: number;
  errors: number;
  readonly waitsMs: number[];
}

interface Service {
  readonly extender: Extender;
  active(): Replica;
  /** The replica that answers now; undefined between two of them. */
  answering(): Replica | undefined;
}

interface Makers {
  readonly start: () => Replica;
  readonly create: () => Ledger;
}

// replicas that take over from each other; between them nobody answers
function startService(
  world: World,
  { start, create }: Makers,
  counts: Counts,
  isRestless: boolean,
  say: ((line: string) => void) | undefined,
): Service {
  const { time, dice } = world;
  let active: Replica | undefined = start();
  const keptSinceMs = new Map<string, number>();
  const disturb = (): void => {
    if (world.mishap(0.05)) active?.mirror.lose(dice.whole(100, 3_000));
    if (world.mishap(0.03)) world.stalls.begin(dice.whole(300, 6_000));
    if (isRestless ? dice.chance(0.5) : world.mishap(0.02)) fail();
    if (active !== undefined) compare(world, active, create);
    if (time.nowMs < calmFromMs) time.at(500, disturb);
  };
  const fail = (): void => {
    if (active === undefined) return;
    active.close();
    active = undefined;
    say?.("the replica dies");
    time.at(isRestless ? 5 : dice.pick([5, 50, 500, 3_000]), () => {
      if (active !== undefined) return;
      active = start();
      active.ledger.takeOver(time.nowMs);
      say?.("another replica takes over");
    });
  };
  const note = (pod: string, through: Answered): void => {
    const since = keptSinceMs.get(pod);
    if (typeof through === "string") counts.errors += 1;
    if (through === "kept") return void keptSinceMs.set(pod, since ?? time.nowMs);
    keptSinceMs.delete(pod);
    if (typeof through === "string") return;
    if (through.length === 0) counts.refusals += 1;
    else if (since !== undefined) counts.waitsMs.push(time.nowMs - since);
  };
  time.at(500, disturb);
  return {
    extender: {
      filter: (pod, claims, nodes, answer) => {
        const asked = active;
        if (asked === undefined) return answer("error");
        asked.filter(pod, claims, nodes, (through) => {
          say?.(`filter ${pod} over ${nodes.join()}: ${String(through) || "refused"}`);
          if (asked !== active) return answer("error");
          note(pod, through);
          answer(through);
        });
      },
    },
    active: () => active ?? start(),
    answering: () => active,
  };
}

// a replica that begins now, from what this one sees, knows every promise that has left a trace
function compare(world: World, replica: Replica, create: () => Ledger): void {
  const anew = promised(rebuilt(replica, create, world.time));
  for (const promise of promised(replica.ledger))
    if (!anew.includes(promise)) world.complain(`a new replica does not know of ${promise}`);
}

function promised(ledger: Ledger): string[] {
  return [...ledger.holds()]
    .filter(({ kind, endsByTime }) => kind !== "in-flight" && !endsByTime)
    .map(({ kind, owner, node, bytes }) => `${kind} ${owner} ${node} ${bytes}`);
}

// at rest: no pod waits that has a place, and nothing is held
function judge(world: World, disks: ReadonlyMap<string, Disks>, { ledger }: Replica): void {
  const { api, time } = world;
  ledger.sweep({ nowMs: time.nowMs, isFollowing: true });
  for (const hold of ledger.holds())
    world.complain(`held at rest: ${hold.kind} ${hold.owner} on ${hold.node}, since ${Math.round(hold.sinceMs)}`);
  for (const claim of api.all("claim")) {
    if (!claim.isImmediate || claim.bound) continue;
    const node = [...disks].find(([, room]) => hasRoom(room, [claim]))?.[0];
    if (node !== undefined) world.complain(`claim ${claim.name} waits, and ${node} has room`);
  }
  for (const pod of api.all("pod")) {
    if (pod.node !== undefined) continue;
    const claims = pod.claims.flatMap((name) => api.get("claim", name) ?? []);
    if (claims.length < pod.claims.length) continue;
    const open = claims.filter(({ bound }) => !bound);
    const fits = pod.allowed.find((node) => {
      const room = disks.get(node);
      if (room === undefined || claims.some((claim) => claim.node !== undefined && claim.node !== node)) return false;
      return room.classes().length > 0 && hasRoom(room, open);
    });
    if (fits !== undefined) world.complain(`pod ${pod.name} waits, and ${fits} has room`);
  }
}

function hasRoom(room: Disks, claims: readonly { deviceClass: string; bytes: bigint }[]): boolean {
  const extent = 4n << 20n;
  const asked = new Map<string, bigint>();
  for (const { deviceClass, bytes } of claims)
    asked.set(deviceClass, (asked.get(deviceClass) ?? 0n) + ((bytes + extent - 1n) / extent) * extent);
  return [...asked].every(([deviceClass, bytes]) => room.free(deviceClass) >= bytes);
}
