import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { call, grpcurl, type Manner, mannersAt, watch } from "./grpcurl.ts";

const mebibyte = 1 << 20;

/** A daemon that is to be talked to, with a default class that holds nothing else. */
export interface Daemon {
  readonly socketPath: string;
  /** A class that makes snapshots. */
  readonly deviceClass: string;
  stop(): Promise<void>;
}

/** gRPC statuses that the contract names. */
const status = { invalidArgument: 3, notFound: 5, alreadyExists: 6, resourceExhausted: 8, outOfRange: 11 } as const;

/**
 * What a client in Go, with nothing of ours in it, says to a daemon and has to hear.
 * @param manners indexes of those of `mannersAt` to take, all by default
 */
export function foreignConversation(
  title: string,
  start: () => Promise<Daemon>,
  manners: readonly number[] = [0, 1, 2],
): void {
  describe(title, () => {
    let daemon: Daemon;
    before(async () => {
      daemon = await start();
    });
    after(() => daemon.stop());

    test("lists the services, and describes each by reflection", async () => {
      const services = (await grpcurl(daemon.socketPath, ["list"])).trim().split("\n");
      for (const name of ["proto.LVService", "proto.VGService", "grpc.health.v1.Health"])
        assert.ok(services.includes(name), services.join());
      for (const name of services)
        assert.match(await grpcurl(daemon.socketPath, ["describe", name]), new RegExp(`^${name} is a service:`));
    });

    test("reads each method of LVService and VGService by reflection", async () => {
      const listed = async (name: string) => (await grpcurl(daemon.socketPath, ["list", name])).trim().split("\n");
      assert.deepEqual(
        [...(await listed("proto.LVService")), ...(await listed("proto.VGService"))].map((name) => name.split(".")[2]),
        ["CreateLV", "CreateLVSnapshot", "RemoveLV", "ResizeLV", "GetFreeBytes", "GetLVList", "Watch"],
      );
    });

    // the titles do not depend on the path, which is not known yet
    for (const [index, { title }] of mannersAt("").entries()) {
      if (!manners.includes(index)) continue;
      const say = (method: string, request: object) => call(daemon.socketPath, mannerAt(index), method, request);
      const mannerAt = (at: number): Manner => mannersAt(daemon.socketPath)[at] ?? { title, flags: [] };

      test(`a client ${title} makes, grows, copies, lists and removes volumes`, async () => {
        const { deviceClass } = daemon;
        const free = await say("proto.VGService/GetFreeBytes", { deviceClass });
        const request = { name: "first", deviceClass, sizeBytes: 5 * mebibyte, tags: ["a", "b"] };
        const made = await volumeIn(say("proto.LVService/CreateLV", request), "volume");
        assert.equal(made["name"], "first");
        assert.equal(made["sizeBytes"], String(8 * mebibyte));
        assert.deepEqual(new Set(made["tags"] as string[]), new Set(["a", "b"]));
        assert.deepEqual(await volumeIn(say("proto.LVService/CreateLV", request), "volume"), made);
        assert.deepEqual(
          await say("proto.LVService/ResizeLV", { name: "first", deviceClass, sizeBytes: 12 * mebibyte }),
          { code: 0, value: { sizeBytes: String(12 * mebibyte) } },
        );
        const copy = {
          name: "copy",
          deviceClass,
          sourceVolume: "first",
          accessType: "ro",
          sizeBytes: 12 * mebibyte,
        };
        const snapshot = await volumeIn(say("proto.LVService/CreateLVSnapshot", copy), "snapshot");
        assert.equal(snapshot["sizeBytes"], String(12 * mebibyte));
        assert.deepEqual(await namesIn(say("proto.VGService/GetLVList", { deviceClass })), ["copy", "first"]);
        for (const name of ["copy", "first"])
          assert.deepEqual(await say("proto.LVService/RemoveLV", { name, deviceClass }), { code: 0, value: {} });
        assert.deepEqual(await namesIn(say("proto.VGService/GetLVList", { deviceClass })), []);
        assert.deepEqual(await say("proto.VGService/GetFreeBytes", { deviceClass }), free);
      });

      test(`a client ${title} hears why something is refused`, async () => {
        const refused = async (method: string, request: object, code: number, text: RegExp) => {
          const answer = await say(`proto.LVService/${method}`, request);
          assert.equal(answer.code, code, JSON.stringify(answer));
          assert.match("text" in answer ? answer.text : "", text);
        };
        const { deviceClass } = daemon;
        const sizeBytes = 8 * mebibyte;
        await refused("CreateLV", { name: "x", deviceClass: "nowhere", sizeBytes }, status.notFound, /nowhere/);
        await refused("CreateLV", { name: "--config", deviceClass, sizeBytes }, status.invalidArgument, /name: /);
        await refused("CreateLV", { name: "x", deviceClass, sizeBytes: 5 }, status.invalidArgument, /size_bytes: /);
        await refused("CreateLV", { name: "x", deviceClass, sizeBytes: 2 ** 50 }, status.resourceExhausted, /free/);
        await refused("RemoveLV", { name: "x", deviceClass }, status.notFound, /there is no volume x/);
        const snapshot = { name: "s", deviceClass, sourceVolume: "x", accessType: "rw", sizeBytes };
        await refused("CreateLVSnapshot", snapshot, status.notFound, /source_volume: /);
        await say("proto.LVService/CreateLV", { name: "x", deviceClass, sizeBytes });
        await refused("CreateLV", { name: "x", deviceClass, sizeBytes: 2 * sizeBytes }, status.alreadyExists, /x/);
        await refused("CreateLVSnapshot", { ...snapshot, sizeBytes: sizeBytes / 2 }, status.outOfRange, /size_bytes: /);
        await say("proto.LVService/RemoveLV", { name: "x", deviceClass });
      });

      test(`a client ${title} watches: the state at once, and again after each change`, async () => {
        const { deviceClass } = daemon;
        const watching = watch(daemon.socketPath, mannerAt(index));
        const room = async () => roomOf(itemIn(await watching.next(), deviceClass));
        const before = await room();
        await say("proto.LVService/CreateLV", { name: "w", deviceClass, sizeBytes: 8 * mebibyte });
        // a state that tells something else, such as a pool's fill level, may come in between
        while ((await room()) !== before - BigInt(8 * mebibyte));
        await say("proto.LVService/RemoveLV", { name: "w", deviceClass });
        while ((await room()) !== before);
        await watching.end();
      });
    }

    test("a stream ends in peace when the daemon does", async () => {
      const ending = await start();
      const watching = watch(ending.socketPath, { title: "", flags: [] });
      await watching.next();
      await ending.stop();
      assert.equal(await watching.next(), undefined);
      assert.equal(await watching.status, 0);
    });
  });
}

async function volumeIn(answer: ReturnType<typeof call>, field: string): Promise<Record<string, unknown>> {
  const { value } = await answered(answer);
  return (value as Record<string, Record<string, unknown>>)[field] ?? {};
}

async function namesIn(answer: ReturnType<typeof call>): Promise<string[]> {
  const { volumes = [] } = (await answered(answer)).value as { volumes?: { name: string }[] };
  return volumes.map(({ name }) => name).sort();
}

async function answered(answer: ReturnType<typeof call>): Promise<{ value: unknown }> {
  const given = await answer;
  if ("value" in given) return given;
  throw new Error(`status ${given.code}: ${given.text}`);
}

interface Item {
  readonly deviceClass: string;
  readonly thinPool?: { readonly overprovisionBytes?: string };
  readonly freeBytes?: string;
}

function itemIn(answer: unknown, deviceClass: string): Item {
  const { items = [] } = answer as { items?: readonly Item[] };
  const item = items.find((one) => one.deviceClass === deviceClass);
  assert.ok(item, JSON.stringify(answer));
  return item;
}

function roomOf({ thinPool, freeBytes = "0" }: Item): bigint {
  return BigInt(thinPool === undefined ? freeBytes : (thinPool.overprovisionBytes ?? "0"));
}
