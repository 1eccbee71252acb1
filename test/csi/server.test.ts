import assert from "node:assert/strict";
import test from "node:test";
import pino from "pino";
import { creation, mountCapability } from "./support/requests.ts";
import { controllerForTest } from "./controller/support.ts";
import { serveForTest } from "./support/served.ts";

test("the plugin tells its name, its version and what it can do", async () => {
  await using csi = await serveForTest({});
  const info = await csi.identity.getPluginInfo({});
  assert.deepEqual([info.name, info.vendorVersion], ["topolvm.io", "1.2.3"]);
  const { capabilities } = await csi.identity.getPluginCapabilities({});
  assert.deepEqual(
    capabilities.map(({ type }) => [type?.$case, type?.value.type]),
    [
      ["service", 1],
      ["service", 2],
      ["volumeExpansion", 1],
    ],
  );
});

test("a plugin that is ready says so", async () => {
  await using csi = await serveForTest({});
  assert.equal((await csi.identity.probe({})).ready, true);
});

test("calls are measured by service, method and code", async () => {
  await using csi = await controllerForTest();
  await assert.rejects(csi.controller.deleteVolume({ volumeId: "" }));
  const text = await csi.registry.metrics();
  assert.match(
    text,
    /csi_request_seconds_count\{service="Controller",method="DeleteVolume",code="INVALID_ARGUMENT"\} 1/,
  );
});

test("a call's log line says what it is about and keeps mount flags and parameters to itself", async () => {
  const lines: string[] = [];
  const log = pino({ level: "debug" }, { write: (line: string) => void lines.push(line) });
  await using csi = await controllerForTest({ log });
  const request = creation("pvc-1", {
    volumeCapabilities: [mountCapability("ext4", ["password=hunter2"])],
    parameters: { token: "hunter2" },
  });
  await assert.rejects(csi.controller.createVolume(request));
  const line = lines.find((one) => one.includes("CreateVolume")) ?? "";
  const { method, code, name, requiredBytes } = JSON.parse(line) as Record<string, unknown>;
  assert.deepEqual([method, code, name, requiredBytes], ["CreateVolume", "INVALID_ARGUMENT", "pvc-1", "1073741824"]);
  assert.equal(lines.join("").includes("hunter2"), false);
});

test("a call that is not served is unimplemented", async () => {
  await using csi = await serveForTest({});
  await assert.rejects(csi.controller.getCapacity({}), { code: "internal", message: /does not implement/i });
});
