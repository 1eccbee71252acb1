import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { NativestorError } from "../../../src/base/errors.ts";
import { promisedBytes, unpromisedBytes } from "../../../src/lvmd/overprovision.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import { deviceClass, emulated, thinClass } from "../samples.ts";
import { MiB } from "../storage-contract.ts";

const extent = 4n * MiB;
const groupBytes = 256n * MiB;
const ratio = 1.5;
// the pool has half of the group, see "shares the group evenly"
const capacity = { ssd: groupBytes / 2n, thin: (groupBytes * 3n) / 4n };
type ClassName = keyof typeof capacity;
const classes = [deviceClass(), thinClass(ratio)];
const groups = [{ name: "vg", sizeBytes: groupBytes }];

interface Step {
  readonly kind: "create" | "remove" | "resize" | "restart";
  readonly name: string;
  readonly deviceClass: ClassName;
  readonly sizeBytes: bigint;
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom("create", "create", "create", "remove", "resize", "restart"),
  name: fc.constantFrom("a", "b", "c", "d", "e"),
  deviceClass: fc.constantFrom("ssd", "thin"),
  sizeBytes: fc.integer({ min: 1, max: 30_000 }).map((pages) => BigInt(pages) * 4096n),
});

/** What there should be: the simplest thing that can be said of it. */
type Model = Map<string, { deviceClass: ClassName; sizeBytes: bigint }>;

function freeIn(model: Model, deviceClass: ClassName): bigint {
  const own = [...model.values()].filter((volume) => volume.deviceClass === deviceClass);
  return own.reduce((free, volume) => free - volume.sizeBytes, capacity[deviceClass]);
}

/** Applies a step to the model; answers the code of the refusal that is due. */
function expect(model: Model, { kind, name, deviceClass, sizeBytes }: Step): string | undefined {
  const whole = ((sizeBytes + extent - 1n) / extent) * extent;
  const volume = model.get(name);
  const here = volume?.deviceClass === deviceClass ? volume : undefined;
  if (kind === "create") {
    if (volume !== undefined) return here?.sizeBytes === whole ? undefined : "already-exists";
    if (whole > freeIn(model, deviceClass)) return "resource-exhausted";
    model.set(name, { deviceClass, sizeBytes: whole });
    return undefined;
  }
  if (kind === "restart") return undefined;
  if (here === undefined) return "not-found";
  if (kind === "remove") model.delete(name);
  else if (whole - here.sizeBytes > freeIn(model, deviceClass)) return "resource-exhausted";
  else if (whole > here.sizeBytes) here.sizeBytes = whole;
  return undefined;
}

async function apply(storage: Storage, { kind, name, deviceClass, sizeBytes }: Step): Promise<string | undefined> {
  try {
    if (kind === "create") await storage.createVolume({ name, deviceClass, optionClass: "", tags: [], sizeBytes });
    if (kind === "remove") await storage.removeVolume(name, deviceClass);
    if (kind === "resize") await storage.resizeVolume(name, deviceClass, sizeBytes);
    return undefined;
  } catch (error) {
    return NativestorError.from(error).code;
  }
}

async function assertAlike(storage: Storage, model: Model): Promise<void> {
  for (const deviceClass of ["ssd", "thin"] as const) {
    const own = [...model].filter(([, volume]) => volume.deviceClass === deviceClass);
    const listed = await storage.listVolumes(deviceClass);
    assert.deepEqual(
      new Map(listed.map(({ name, sizeBytes }) => [name, sizeBytes])),
      new Map(own.map(([name, { sizeBytes }]) => [name, sizeBytes])),
    );
    const { freeBytes } = await storage.classState(deviceClass);
    assert.equal(freeBytes, freeIn(model, deviceClass));
    assert.ok(freeBytes >= 0n);
  }
}

describe("emulated storage against a model", () => {
  it("holds the same volumes and room after any sequence of requests and restarts", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = await mkdtemp(join(tmpdir(), "nativestor-model-"));
        const open = () => emulated(classes, { folder, groups });
        const model: Model = new Map();
        let storage = await open();
        for (const one of steps) {
          if (one.kind === "restart") {
            await storage.close();
            storage = await open();
          }
          assert.equal(await apply(storage, one), expect(model, one));
          await assertAlike(storage, model);
        }
        await storage.close();
        await rm(folder, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it("never promises more than there is, whatever comes at once", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 20 }), async (steps) => {
        const storage = await emulated(classes, { groups });
        await Promise.all(steps.map((one) => apply(storage, one)));
        for (const deviceClass of ["ssd", "thin"] as const) {
          const listed = await storage.listVolumes(deviceClass);
          const taken = listed.reduce((sum, volume) => sum + volume.sizeBytes, 0n);
          assert.equal((await storage.classState(deviceClass)).freeBytes, capacity[deviceClass] - taken);
          assert.ok(taken <= capacity[deviceClass]);
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe("what a thin pool may promise", () => {
  it("is the floor of size times ratio, for any ratio with decimals", () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 0n, max: 2n ** 60n }),
        fc.integer({ min: 100, max: 100_000 }),
        (sizeBytes, hundredths) => {
          assert.equal(promisedBytes(sizeBytes, hundredths / 100), (sizeBytes * BigInt(hundredths)) / 100n);
        },
      ),
    );
  });

  it("is exact for ratios that are written with an exponent", () => {
    assert.equal(promisedBytes(10n, 1e6), 10_000_000n);
    assert.equal(promisedBytes(1_000_000_000_000n, 1.000_000_1), 1_000_000_100_000n);
  });

  it("never goes below nothing", () => {
    assert.equal(unpromisedBytes(10n, 1, 11n), 0n);
    assert.equal(unpromisedBytes(10n, 2, 11n), 9n);
  });
});
