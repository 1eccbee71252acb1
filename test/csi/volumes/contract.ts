import assert from "node:assert/strict";
import { test } from "node:test";
import type { LogicalVolumes, Wish } from "../../../src/csi/volumes/port.ts";

/** An implementation, and what its nodes do, as seen from outside. */
export interface VolumesUnderTest {
  readonly volumes: LogicalVolumes;
  /** A node writes the status. */
  readonly report: (name: string, status: Report) => Promise<void>;
  /** A node lets go of one whose removal was asked for. */
  readonly release: (name: string) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Part of a status. */
export interface Report {
  readonly volumeId?: string;
  readonly currentBytes?: bigint;
  readonly code?: number;
  readonly message?: string;
}

let count = 0;

function wish(rest: Partial<Wish> = {}): Wish {
  count += 1;
  return { name: `pvc-${count}`, nodeName: "n1", deviceClass: "ssd", optionClass: "", sizeBytes: 1n << 30n, ...rest };
}

const soon = () => AbortSignal.timeout(10_000);

/** What every implementation of `LogicalVolumes` does. */
export function volumesContract(name: string, open: () => Promise<VolumesUnderTest>): void {
  const verify = (title: string, run: (subject: VolumesUnderTest) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => {
      const subject = await open();
      try {
        await run(subject);
      } finally {
        await subject.close();
      }
    });
  };

  verify("what was wished for is there as it was wished for", async ({ volumes }) => {
    const copy = { source: "other", accessType: "ro" } as const;
    const asked = wish({ optionClass: "raid1", copy });
    const volume = await volumes.create(asked);
    assert.equal(volume.name, asked.name);
    assert.deepEqual([volume.nodeName, volume.deviceClass, volume.optionClass], ["n1", "ssd", "raid1"]);
    assert.deepEqual([volume.source, volume.accessType, volume.wantedBytes], ["other", "ro", 1n << 30n]);
    assert.deepEqual([volume.volumeId, volume.code, volume.isLeaving], [undefined, 0, false]);
    assert.deepEqual(await volumes.get(asked.name), volume);
  });

  verify("empty classes and no source stay so", async ({ volumes }) => {
    const volume = await volumes.create(wish({ deviceClass: "" }));
    assert.deepEqual([volume.deviceClass, volume.optionClass, volume.source], ["", "", undefined]);
  });

  verify("a name is given once", async ({ volumes }) => {
    const asked = wish();
    await volumes.create(asked);
    await assert.rejects(volumes.create(asked), { code: "already-exists" });
  });

  verify("there is nothing of a name or id that was never given", async ({ volumes }) => {
    assert.equal(await volumes.get("never-seen"), undefined);
    assert.equal(await volumes.find("never-seen"), undefined);
  });

  verify("a wait right after the creation does not take it for gone", async ({ volumes }) => {
    const volume = await volumes.create(wish());
    assert.equal((await volumes.until(volume, () => true, soon()))?.uid, volume.uid);
  });

  verify("what the node reports ends the wait, and is found by its id", async ({ volumes, report }) => {
    const volume = await volumes.create(wish());
    const made = volumes.until(volume, (now) => now?.volumeId !== undefined, soon());
    await report(volume.name, { volumeId: volume.uid, currentBytes: 5n << 28n });
    assert.equal((await made)?.currentBytes, 5n << 28n);
    assert.equal((await volumes.find(volume.uid))?.name, volume.name);
  });

  verify("a wait that is given up rejects with the reason", async ({ volumes }) => {
    const volume = await volumes.create(wish());
    const reason = new Error("enough");
    const waiting = new AbortController();
    const wait = volumes.until(volume, (now) => now?.volumeId !== undefined, waiting.signal);
    waiting.abort(reason);
    await assert.rejects(wait, reason);
  });

  verify("another size clears what came of the last one", async ({ volumes, report }) => {
    const volume = await volumes.create(wish());
    await report(volume.name, { volumeId: volume.uid, currentBytes: 1n << 30n, code: 8, message: "full" });
    const failed = await volumes.until(volume, (now) => now?.code === 8, soon());
    assert.equal(failed?.message, "full");
    const asked = await volumes.resize(failed, 2n << 30n);
    assert.deepEqual([asked.wantedBytes, asked.code, asked.message], [2n << 30n, 0, ""]);
    assert.equal(asked.currentBytes, 1n << 30n);
  });

  verify("a volume stays until its node lets go of it", async ({ volumes, release }) => {
    const volume = await volumes.create(wish());
    await volumes.remove(volume);
    await volumes.until(volume, (now) => now?.isLeaving === true, soon());
    const gone = volumes.until(volume, (now) => now === undefined, soon());
    await release(volume.name);
    assert.equal(await gone, undefined);
    assert.equal(await volumes.get(volume.name), undefined);
  });

  verify("removing again, and what is gone, is fine", async ({ volumes, release }) => {
    const volume = await volumes.create(wish());
    await volumes.remove(volume);
    await volumes.remove(volume);
    await release(volume.name);
    await volumes.until(volume, (now) => now === undefined, soon());
    await volumes.remove(volume);
  });

  verify("one that took the name of another is not that one", async ({ volumes, release }) => {
    const asked = wish();
    const first = await volumes.create(asked);
    await volumes.remove(first);
    await release(first.name);
    await volumes.until(first, (now) => now === undefined, soon());
    const second = await volumes.create(asked);
    assert.notEqual(second.uid, first.uid);
    await volumes.remove(first);
    assert.equal((await volumes.get(asked.name))?.isLeaving, false);
    assert.equal(await volumes.until(first, (now) => now === undefined, soon()), undefined);
    await assert.rejects(volumes.resize(first, 2n << 30n), { code: "not-found" });
  });
}
