import assert from "node:assert/strict";
import { test } from "node:test";
import { Registry } from "prom-client";
import { NativestorError } from "../../src/base/errors.ts";
import { measuredRoom, measuredVolumes } from "../../src/csi/controller/measured.ts";
import { make } from "../../src/csi/controller/make.ts";
import { stepSeconds } from "../../src/csi/middleware/steps.ts";
import { measuredNode } from "../../src/csi/node/measured.ts";
import { currentNames } from "../../src/capacity/names.ts";
import { linuxTargets } from "../../src/csi/mount/targets.ts";
import { publish } from "../../src/csi/node/publish.ts";
import { controllerForTest } from "./controller/support.ts";
import { nodeForTest } from "./node/support.ts";
import { mountCapability } from "./support/requests.ts";
import { silentLogger } from "../../src/base/log.ts";
import { turnedClock } from "../support/turned-clock.ts";

/** Steps in the order in which they were first made, each with how often it came to what. */
async function toldBy(registry: Registry): Promise<string[]> {
  const text = await registry.metrics();
  const lines = text.matchAll(
    /^nativestor_provisioning_step_seconds_count\{step="([a-z-]+)",result="(\w+)"\} (\d+)$/gm,
  );
  return [...lines].map(([, step, result, count]) => `${step} ${result} ${count}`);
}

test("making a volume tells how long room, the API server and the node were waited for", async () => {
  await using csi = await controllerForTest();
  const registry = new Registry();
  const measure = stepSeconds(registry, turnedClock());
  const [volumes, room] = [measuredVolumes(csi.volumes, measure), measuredRoom(csi.room, measure)];
  const { signal } = new AbortController();
  const sizes = { sizeBytes: 1n << 30n, deviceClass: "", optionClass: "" };
  const wish = async () => {
    const asked = { moreBytes: sizes.sizeBytes, wantedBytes: sizes.sizeBytes, isNew: true, deviceClass: "00default" };
    const nodeName = await room.reserve({ name: "a", ...asked, possible: undefined, preferred: [] }, signal);
    return { name: "a", nodeName, ...sizes };
  };
  const dependencies = { ...csi, volumes, room, log: silentLogger, names: currentNames };
  await make({ ...unasked, ...dependencies }, wish, "a", () => ({ misfit: undefined }), signal);
  assert.deepEqual(await toldBy(registry), ["reserve done 1", "create-object done 1", "wait-for-node done 1"]);
});

/** What making a volume of a known wish does not look at. */
const unasked = {
  claims: { isPlaced: () => Promise.reject(new Error("not asked for")) },
  leastSizes: { ext4: 0n, xfs: 0n, btrfs: 0n, block: 0n },
};

test("showing a blank volume tells how long lvmd, the device, the file system and the mount took", async () => {
  await using csi = await nodeForTest();
  const registry = new Registry();
  const host = measuredNode({ ...csi.host, targets: linuxTargets }, stepSeconds(registry, turnedClock()));
  const node = { ...host, nodeName: "n1", names: currentNames, maxVolumes: 0 };
  await publish(node, requestOf(csi.target));
  assert.deepEqual(await toldBy(registry), [
    "find-volume done 1",
    "device done 1",
    "inspect done 1",
    "format done 1",
    "mount done 1",
  ]);
});

const requestOf = (targetPath: string) => ({
  volumeId: "v1",
  targetPath,
  volumeCapability: mountCapability(),
  publishContext: {},
  stagingTargetPath: "",
  readonly: false,
  secrets: {},
  volumeContext: {},
});

test("a step that fails is told as failed, with the time that it took, and the call fails as it would", async () => {
  const registry = new Registry();
  const clock = turnedClock();
  const measure = stepSeconds(registry, clock);
  const work = async () => {
    clock.turn(1_500);
    throw new NativestorError("unavailable", "no answer");
  };
  await assert.rejects(measure("reserve", work), { message: "no answer" });
  assert.deepEqual(await toldBy(registry), ["reserve failed 1"]);
  assert.match(await registry.metrics(), /_sum\{step="reserve",result="failed"\} 1\.5$/m);
});
