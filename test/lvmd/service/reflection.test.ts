import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { createFileRegistry, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorProtoSchema, FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { createChannel, createClient } from "nice-grpc";
import {
  type ServerReflectionClient,
  ServerReflectionDefinition,
  type ServerReflectionRequest,
} from "../../../src/gen/reflection.ts";
import { OldReflectionDefinition } from "../../../src/lvmd/service/reflection.ts";
import { deviceClass, emulated } from "../samples.ts";
import { served } from "../serving.ts";

type Definition = typeof ServerReflectionDefinition | typeof OldReflectionDefinition;
type Question = Exclude<ServerReflectionRequest["messageRequest"], undefined>;

async function reflecting(test: TestContext, definition: Definition = ServerReflectionDefinition) {
  const { server } = await served(test, await emulated([deviceClass()]));
  const channel = createChannel(`unix://${server.socketPath}`);
  test.after(() => channel.close());
  return { server, client: createClient(definition as typeof ServerReflectionDefinition, channel) };
}

async function ask(client: ServerReflectionClient, messageRequest: Question | undefined) {
  const requests = (async function* () {
    yield { host: "h", messageRequest };
  })();
  for await (const response of client.serverReflectionInfo(requests)) return response.messageResponse;
  return assert.fail("no answer");
}

test("reflection lists the services", async (t) => {
  const { client } = await reflecting(t);
  const answer = await ask(client, { $case: "listServices", value: "" });
  assert.deepEqual(answer?.$case === "listServicesResponse" && answer.value.service.map(({ name }) => name), [
    "proto.LVService",
    "proto.VGService",
    "grpc.health.v1.Health",
    "grpc.reflection.v1.ServerReflection",
  ]);
});

for (const symbol of ["proto.LVService", "proto.VGService.Watch", "proto.ThinPoolItem", "grpc.health.v1.Health"])
  test(`reflection describes ${symbol}, under its old name too`, async (t) => {
    for (const definition of [ServerReflectionDefinition, OldReflectionDefinition]) {
      const { client } = await reflecting(t, definition);
      const answer = await ask(client, { $case: "fileContainingSymbol", value: symbol });
      assert.equal(answer?.$case, "fileDescriptorResponse");
      const file = answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
      const registry = createFileRegistry({ $typeName: FileDescriptorSetSchema.typeName, file });
      const [, service, method] = /^(proto\.VGService)\.(\w+)$/.exec(symbol) ?? [];
      if (service === undefined) assert.ok(registry.get(symbol) !== undefined);
      else assert.ok(registry.getService(service)?.methods.some(({ name }) => name === method));
    }
  });

test("reflection sends a file with all that it imports", async (t) => {
  const { client } = await reflecting(t);
  const answer = await ask(client, { $case: "fileByFilename", value: "csi.proto" });
  assert.equal(answer?.$case, "fileDescriptorResponse");
  const names = answer.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name);
  assert.equal(names[0], "csi.proto");
  assert.ok(names.includes("google/protobuf/wrappers.proto"));
});

test("reflection answers what it does not know with an error, and the next question on the same stream", async (t) => {
  const { client } = await reflecting(t);
  const questions: (Question | undefined)[] = [
    { $case: "fileContainingSymbol", value: "proto.Nothing" },
    { $case: "fileByFilename", value: "../lvmd.proto" },
    undefined,
    { $case: "fileContainingExtension", value: { containingType: "x", extensionNumber: 1 } },
    { $case: "allExtensionNumbersOfType", value: "proto.Empty" },
  ];
  const requests = (async function* () {
    for (const messageRequest of questions) yield { messageRequest };
  })();
  const answers: unknown[] = [];
  for await (const { messageResponse: answer } of client.serverReflectionInfo(requests))
    answers.push(answer?.$case === "errorResponse" ? answer.value.errorCode : answer?.$case);
  assert.deepEqual(answers, [5, 5, 3, 5, "allExtensionNumbersResponse"]);
});

test("an open reflection stream does not hold up the server's end", async (t) => {
  const { client, server } = await reflecting(t);
  const held = Promise.withResolvers<void>();
  const requests = (async function* () {
    yield { messageRequest: { $case: "listServices", value: "" } as const };
    await held.promise;
  })();
  const stream = client.serverReflectionInfo(requests)[Symbol.asyncIterator]();
  await stream.next();
  await server.close();
  await stream.next().catch(() => undefined);
  held.resolve();
});
