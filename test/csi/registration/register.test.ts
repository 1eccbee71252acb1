import assert from "node:assert/strict";
import { access, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import { createChannel, createClient } from "nice-grpc";
import { silentLogger } from "../../../src/base/log.ts";
import { register } from "../../../src/csi/registration/serve.ts";
import { RegistrationDefinition } from "../../../src/gen/pluginregistration.ts";

async function registered() {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-registry-"));
  const answers: (string | undefined)[] = [];
  const registration = await register(folder, {
    name: "topolvm.io",
    endpoint: "/run/topolvm/csi-topolvm.sock",
    log: silentLogger,
    onAnswer: (error) => void answers.push(error),
  });
  const channel = createChannel(`unix://${registration.socketPath}`);
  return {
    folder,
    registration,
    answers,
    kubelet: createClient(RegistrationDefinition, channel),
    async [Symbol.asyncDispose]() {
      channel.close();
      await registration.close();
      await rm(folder, { recursive: true });
    },
  };
}

test("kubelet finds the driver and where it is served", async () => {
  await using plugin = await registered();
  assert.equal(plugin.registration.socketPath, join(plugin.folder, "topolvm.io-reg.sock"));
  assert.deepEqual(await plugin.kubelet.getInfo({}), {
    type: "CSIPlugin",
    name: "topolvm.io",
    endpoint: "/run/topolvm/csi-topolvm.sock",
    supportedVersions: ["1.0.0"],
  });
});

test("kubelet's answer is told on", async () => {
  await using plugin = await registered();
  await plugin.kubelet.notifyRegistrationStatus({ pluginRegistered: true });
  await plugin.kubelet.notifyRegistrationStatus({ pluginRegistered: false, error: "no CSINode" });
  assert.deepEqual(plugin.answers, [undefined, "no CSINode"]);
});

test("a closed registration takes its socket away", async () => {
  await using plugin = await registered();
  await plugin.registration.close();
  await assert.rejects(access(plugin.registration.socketPath), { code: "ENOENT" });
});
