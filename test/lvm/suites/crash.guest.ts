import assert from "node:assert/strict";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { NativestorError } from "../../../src/base/errors.ts";
import { fill, firstDifference } from "./crash/pattern.ts";
import { randomFrom } from "./crash/random.ts";
import { compare, rowsOf } from "./crash/state.ts";
import { type Kills, killLater } from "./crash/victims.ts";
import { groupOf, type Kept, nextRequests, type Request } from "./crash/workload.ts";
import { makeGroup, sh } from "./host.ts";
import { type BundledDaemon, startAndPerhapsKill, startBundledDaemon } from "./support/bundled-daemon.ts";

const wantedKills = Number(process.env["NATIVESTOR_CRASHES"] ?? 24);
const seed = Number(process.env["NATIVESTOR_SEED"] ?? 1);
const random = randomFrom(seed);
const folder = mkdtempSync(join(tmpdir(), "crash-"));
const config = `
device-classes:
- { name: thick, volume-group: vg, default: true, spare-gb: 0, on-delete: zero }
- { name: thin, volume-group: vg, type: thin, thin-pool: { name: pool, overprovision-ratio: 100 } }
- { name: other, volume-group: vg2, spare-gb: 0 }
`;
/** Attempts after which a request that goes on being lost or put off is a failure. */
const mostAttempts = 40;
/** Kills after which all is compared. */
const everyKills = 25;

/** Where the time goes, in seconds. */
const spent = { starting: 0, asking: 0, filling: 0, comparing: 0 };

async function spending<T>(on: keyof typeof spent, work: () => T | Promise<T>): Promise<T> {
  const begun = performance.now();
  try {
    return await work();
  } finally {
    spent[on] += (performance.now() - begun) / 1000;
  }
}

test(`after ${wantedKills} kills wanted is real, byte for byte, nothing doubled, nothing leaked (seed ${seed})`, async (t) => {
  makeGroup("vg", "b");
  makeGroup("vg2", "c");
  sh("lvcreate", "-q", "-y", "--type", "thin-pool", "-L", "512m", "-n", "pool", "vg");
  sh("lvcreate", "-q", "-y", "-n", "foreign", "-L", "4m", "vg");
  sh("lvcreate", "-q", "-y", "-n", "foreign-thin", "-V", "4m", "--thinpool", "pool", "vg");
  // somebody's that looks like one of ours
  sh("lvcreate", "-q", "-y", "-n", "foreign-marked", "-L", "4m", "--addtag", "nativestor.op=0123456789abcdef", "vg");
  const foreign = new Map(rowsOf("vg").map(({ name, uuid }) => [name, uuid]));
  for (const name of foreign.keys()) if (name !== "pool") fill(`/dev/vg/${name}`, name, 0, 4 << 20);

  const wanted = new Map<string, Kept>();
  const kills: Kills = { daemon: 0, starting: 0, lvm: 0 };
  const seen = { requests: 0, lost: 0, putOff: 0, recovered: 0 };
  const killed = () => kills.daemon + kills.starting + kills.lvm;
  let daemon = await start(kills);
  t.after(() => daemon.end("SIGKILL"));
  let comparedAt = 0;
  for (let count = 0; killed() < wantedKills; count++) {
    let open = nextRequests(wanted, count, random);
    seen.requests += open.length;
    for (let attempt = 0; open.length > 0; attempt++) {
      assert.ok(attempt < mostAttempts, `lost or put off ${mostAttempts} times: ${JSON.stringify(open)}`);
      const answers = await spending("asking", async () => {
        const asking = open.map((request) => ask(daemon, request));
        if (random() < (attempt === 0 ? 0.9 : 0.4)) await killLater(daemon, kills, random);
        return Promise.all(asking);
      });
      const died = daemon.isDead();
      if (died) {
        seen.recovered += daemon.logged("crash left");
        daemon = await spending("starting", () => start(kills));
      }
      const asked = open;
      open = await spending("filling", () =>
        asked.filter((request, index) => {
          const error = answers[index];
          const isOpen = isLost(error, died);
          if (isOpen) seen[died ? "lost" : "putOff"] += 1;
          else settle(wanted, request, error, attempt > 0);
          return isOpen;
        }),
      );
    }
    if (killed() - comparedAt < everyKills && killed() < wantedKills) continue;
    await spending("comparing", () => compare(wanted, foreign, daemon, folder));
    comparedAt = killed();
  }
  await daemon.end("SIGKILL");
  daemon = await start({ ...kills });
  await compare(wanted, foreign, daemon, folder);
  await daemon.end("SIGTERM");
  t.diagnostic(`killed ${JSON.stringify(kills)}; ${JSON.stringify(seen)}; ${wanted.size} volumes at the end`);
  t.diagnostic(
    `killed in ${Object.entries(spent)
      .map(([what, seconds]) => `${seconds.toFixed(0)} s of ${what}`)
      .join(", ")}`,
  );
});

/** Starts it again; sometimes it is killed while it starts. */
async function start(kills: Kills): Promise<BundledDaemon> {
  for (;;) {
    if (!killsLeft(kills) || random() >= 0.15) return startBundledDaemon(folder, config);
    const daemon = await startAndPerhapsKill(folder, config, random() * 2000);
    // it may have been faster
    await daemon?.end("SIGKILL");
    kills.starting += 1;
  }
}

function killsLeft(kills: Kills): boolean {
  return kills.daemon + kills.starting + kills.lvm < wantedKills;
}

/** Undefined where it is done. */
async function ask(daemon: BundledDaemon, request: Request): Promise<NativestorError | undefined> {
  const { kind, name, deviceClass, source } = request;
  const sizeBytes = BigInt(request.sizeBytes);
  const { volumes } = daemon.client;
  const tags = [`of-${name}`];
  try {
    if (kind === "create") await volumes.createLV({ name, deviceClass, sizeBytes, tags });
    if (kind === "snapshot")
      await volumes.createLVSnapshot({ name, deviceClass, sizeBytes, sourceVolume: source, accessType: "rw", tags });
    if (kind === "resize") await volumes.resizeLV({ name, deviceClass, sizeBytes });
    if (kind === "remove") await volumes.removeLV({ name, deviceClass });
    return undefined;
  } catch (error) {
    return NativestorError.from(error);
  }
}

/** The request has to be asked again: the daemon said so, also of a copy that is under way, or its connection broke. */
function isLost(error: NativestorError | undefined, died: boolean): boolean {
  return error?.code === "unavailable" || error?.code === "aborted" || (died && error?.code === "internal");
}

/** Notes what was done, checks what has to be in it, and fills it. */
function settle(
  wanted: Map<string, Kept>,
  request: Request,
  error: NativestorError | undefined,
  isRetry: boolean,
): void {
  const { kind, name, deviceClass, sizeBytes, source } = request;
  const what = `${JSON.stringify(request)}: ${error?.message}`;
  if (kind === "remove") {
    assert.ok(error === undefined || (isRetry && error.code === "not-found"), what);
    wanted.delete(name);
    return;
  }
  assert.equal(error, undefined, what);
  const path = `/dev/${groupOf[deviceClass]}/${name}`;
  const before = wanted.get(kind === "snapshot" ? source : name)?.sizeBytes ?? 0;
  if (kind !== "create")
    assert.equal(firstDifference(path, kind === "snapshot" ? source : name, before), undefined, what);
  fill(path, name, kind === "resize" ? before : 0, sizeBytes);
  wanted.set(name, { deviceClass, sizeBytes });
}
