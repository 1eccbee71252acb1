import { Status } from "nice-grpc-common";
import { type FileDescriptor, fileDescriptors } from "../../gen/descriptors.ts";
import {
  ServerReflectionDefinition,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
  type ServerReflectionServiceImplementation,
} from "../../gen/reflection.ts";

type Answer = ServerReflectionResponse["messageResponse"];

/** The same service under the name that older tools ask for; its messages are the same on the wire. */
export const OldReflectionDefinition = {
  ...ServerReflectionDefinition,
  fullName: "grpc.reflection.v1alpha.ServerReflection",
} as const;

/** Server reflection: tells tools such as grpcurl what a server serves. @param services full names */
export function reflectionService(services: readonly string[]): ServerReflectionServiceImplementation {
  return {
    serverReflectionInfo: async function* (requests, { signal }) {
      for await (const request of untilAborted(requests, signal))
        yield { validHost: request.host, originalRequest: request, messageResponse: answerTo(request, services) };
    },
  };
}

function answerTo({ messageRequest }: ServerReflectionRequest, services: readonly string[]): Answer {
  switch (messageRequest?.$case) {
    case "listServices":
      return { $case: "listServicesResponse", value: { service: services.map((name) => ({ name })) } };
    case "fileByFilename":
      return filesFor(messageRequest.value, ({ name }) => name === messageRequest.value);
    case "fileContainingSymbol":
      return filesFor(messageRequest.value, ({ symbols }) => symbols.includes(messageRequest.value));
    case "allExtensionNumbersOfType":
      return {
        $case: "allExtensionNumbersResponse",
        value: { baseTypeName: messageRequest.value, extensionNumber: [] },
      };
    case "fileContainingExtension":
      return failure(Status.NOT_FOUND, "there are no extensions");
    case undefined:
      return failure(Status.INVALID_ARGUMENT, "message_request: is missing");
  }
}

function filesFor(asked: string, isIt: (file: FileDescriptor) => boolean): Answer {
  const file = fileDescriptors.find(isIt);
  if (file === undefined) return failure(Status.NOT_FOUND, `there is no ${JSON.stringify(asked.slice(0, 200))}`);
  const files = [...withImports(file)].map(({ descriptor }) => Buffer.from(descriptor, "base64"));
  return { $case: "fileDescriptorResponse", value: { fileDescriptorProto: files } };
}

/** The file, and what it imports, each once. */
function withImports(file: FileDescriptor, seen = new Set<FileDescriptor>()): ReadonlySet<FileDescriptor> {
  seen.add(file);
  for (const name of file.imports) {
    const imported = fileDescriptors.find((other) => other.name === name);
    if (imported !== undefined && !seen.has(imported)) withImports(imported, seen);
  }
  return seen;
}

function failure(errorCode: Status, errorMessage: string): Answer {
  return { $case: "errorResponse", value: { errorCode, errorMessage } };
}

// a caller may hold its stream open for as long as it likes; the server's end ends it
async function* untilAborted<T>(values: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T, void, undefined> {
  const aborted = Promise.withResolvers<undefined>();
  const onAbort = () => aborted.resolve(undefined);
  signal.addEventListener("abort", onAbort);
  const iterator = values[Symbol.asyncIterator]();
  try {
    while (!signal.aborted) {
      const next = await Promise.race([iterator.next(), aborted.promise]);
      if (next === undefined || next.done === true) return;
      yield next.value;
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
  }
}
