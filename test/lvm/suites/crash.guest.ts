import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, fsyncSync, mkdtempSync, openSync, readdirSync, readFileSync, readSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import type { Answer, Request } from "./crash-protocol.ts";
import { makeGroup, sh } from "./host.ts";

const kills = Number(process.env["NATIVESTOR_CRASHES"] ?? 20);
const seed = Number(process.env["NATIVESTOR_SEED"] ?? 1);
const MiB = 2 ** 20;
const journalFolder = mkdtempSync(join(tmpdir(), "crash-"));
const random = mulberry(seed);

interface Kept {
  readonly deviceClass: "thick" | "thin";
  sizeBytes: number;
  readonly path: string;
  readonly text: string;
}

test(`after ${kills} kills wanted is real, nothing doubled, nothing leaked (seed ${seed})`, async (t) => {
  makeGroup("vg", "bc");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "256m", "-n", "pool", "vg");
  sh("lvcreate", "-q", "-y", "-n", "foreign", "-L", "8m", "vg");
  write("/dev/vg/foreign", "not ours");
  const wanted = new Map<string, Kept>();
  let daemon = await start();
  const seen = { daemon: 0, lvm: 0, unanswered: 0 };
  for (let count = 0; seen.daemon + seen.lvm < kills; count++) {
    const request = next(wanted, count);
    for (let attempt = 0; ; attempt++) {
      const aims = attempt === 0 && random() < 0.9;
      const answer = daemon.ask(request);
      const victim = aims ? await killLater(daemon) : undefined;
      if (victim !== undefined) seen[victim] += 1;
      const got = await answer;
      if (got === undefined) seen.unanswered += 1;
      // a kill that came after the answer leaves no daemon for the next request either
      if (isDead(daemon)) daemon = await start();
      if (got === undefined) continue;
      settle(wanted, request, got, attempt > 0);
      break;
    }
  }
  daemon.child.kill("SIGKILL");
  await daemon.ended;
  daemon = await start();
  compare(wanted);
  assert.equal(readdirSync(journalFolder).filter((name) => name.endsWith(".intent.json")).length, 0);
  daemon.child.kill("SIGKILL");
  await daemon.ended;
  t.diagnostic(`killed: ${JSON.stringify(seen)}, ${wanted.size} volumes at the end`);
});

/** A request that has to succeed, whatever happened to the ones before. */
function next(wanted: ReadonlyMap<string, Kept>, count: number): Request {
  const names = [...wanted.keys()];
  const some = names[Math.floor(random() * names.length)];
  const kept = some === undefined ? undefined : wanted.get(some);
  const dice = random();
  const isFull = names.length >= 10;
  if (some === undefined || kept === undefined || (dice < 0.45 && !isFull)) {
    const deviceClass = random() < 0.5 ? "thick" : "thin";
    return { kind: "create", name: `v${count}`, deviceClass, sizeBytes: 8 * MiB };
  }
  const { deviceClass, sizeBytes } = kept;
  if (dice < 0.6 && !isFull && deviceClass === "thin")
    return { kind: "snapshot", name: `s${count}`, deviceClass, sizeBytes: sizeBytes + 4 * MiB, source: some };
  if (dice < 0.75) return { kind: "resize", name: some, deviceClass, sizeBytes: sizeBytes + 4 * MiB };
  return { kind: "remove", name: some, deviceClass, sizeBytes: 0 };
}

function settle(wanted: Map<string, Kept>, request: Request, answer: Answer, isRetry: boolean): void {
  const { kind, name, deviceClass, sizeBytes } = request;
  const what = `${JSON.stringify(request)}: ${answer.message}`;
  if (kind === "remove") {
    assert.ok(answer.code === undefined || (isRetry && answer.code === "not-found"), what);
    wanted.delete(name);
    return;
  }
  assert.equal(answer.code, undefined, what);
  const kept = wanted.get(name);
  if (kept !== undefined) {
    kept.sizeBytes = sizeBytes;
    return;
  }
  const path = `/dev/vg/${name}`;
  if (kind === "snapshot") assert.equal(read(path), wanted.get(request.source ?? "")?.text);
  write(path, name);
  wanted.set(name, { deviceClass, sizeBytes, path, text: name });
}

function compare(wanted: ReadonlyMap<string, Kept>): void {
  const rows = sh(
    "lvs",
    "--noheadings",
    "--nosuffix",
    "--units",
    "b",
    "-o",
    "lv_name,lv_size,lv_kernel_minor,pool_lv",
    "vg",
  )
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((row) => row.length > 1);
  const names = rows.map((row) => row[0]);
  assert.deepEqual(new Set(names), new Set(["foreign", "pool", ...wanted.keys()]));
  assert.equal(names.length, wanted.size + 2);
  for (const [name, size, minor, pool] of rows) {
    const kept = wanted.get(name ?? "");
    if (kept === undefined) continue;
    assert.equal(Number(size), kept.sizeBytes, `${name}'s size`);
    assert.equal(pool, kept.deviceClass === "thin" ? "pool" : undefined);
    assert.equal(
      Number(readFileSync(`/sys/dev/block/254:${minor}/size`, "utf8")) * 512,
      kept.sizeBytes,
      `${name}'s device`,
    );
    assert.equal(read(kept.path), kept.text, `${name}'s content`);
  }
  assert.equal(read("/dev/vg/foreign"), "not ours");
}

interface Daemon {
  readonly child: ChildProcessWithoutNullStreams;
  readonly ended: Promise<unknown>;
  /** Undefined where the daemon died before it answered. */
  ask(request: Request): Promise<Answer | undefined>;
}

async function start(): Promise<Daemon> {
  const file = join(import.meta.dirname, "crash-worker.ts");
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", file, journalFolder]);
  child.stderr.pipe(process.stderr);
  child.stdin.on("error", () => {}); // killed
  const ended = once(child, "exit");
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const opened = await lines.next();
  assert.equal(opened.value, "open");
  return {
    child,
    ended,
    ask: async (request) => {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const line = await lines.next();
      return line.done === true ? undefined : (JSON.parse(line.value) as Answer);
    },
  };
}

function isDead({ child }: Daemon): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

/** Kills the daemon, or the lvm that it runs, at a random moment. Tells which; undefined where there was nothing to kill. */
async function killLater(daemon: Daemon): Promise<"daemon" | "lvm" | undefined> {
  const { promise, resolve } = Promise.withResolvers<void>();
  setTimeout(resolve, random() * 500);
  const onlyLvm = random() < 0.4;
  await promise;
  if (isDead(daemon)) throw new Error("the daemon died by itself");
  if (!onlyLvm) {
    daemon.child.kill("SIGKILL");
    await daemon.ended;
    return "daemon";
  }
  const lvm = childrenOf(daemon.child.pid ?? 0)[0];
  if (lvm === undefined) return undefined;
  try {
    process.kill(lvm, "SIGKILL");
    return "lvm";
  } catch {
    return undefined; // it had ended
  }
}

function childrenOf(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}

function write(path: string, text: string): void {
  const fd = openSync(path, "r+");
  writeSync(fd, Buffer.from(text.padEnd(512, "\0")), 0, 512, 4096);
  fsyncSync(fd);
  closeSync(fd);
}

function read(path: string): string {
  const buffer = Buffer.alloc(512);
  const fd = openSync(path, "r");
  readSync(fd, buffer, 0, 512, 4096);
  closeSync(fd);
  return buffer.toString().replace(/\0+$/, "");
}

function mulberry(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let value = Math.imul(state ^ (state >>> 15), 1 | state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  };
}
