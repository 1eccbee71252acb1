import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { grpcTools, toolFolder } from "../setup/tools.ts";

/** How the client knows the services, and what it calls the server. */
export interface Manner {
  readonly title: string;
  readonly flags: readonly string[];
}

const protoFolder = fileURLToPath(new URL("../../proto", import.meta.url));
const fromFile = ["-import-path", protoFolder, "-proto", "lvmd.proto"];

/** The manners of clients. Those over C-core send the path of the socket as authority, with every slash encoded. */
export function mannersAt(socketPath: string): readonly Manner[] {
  return [
    { title: "that asks what there is", flags: [] },
    { title: "that brings its own lvmd.proto", flags: fromFile },
    {
      title: "whose authority is percent-encoded",
      flags: [...fromFile, "-authority", encodeURIComponent(socketPath)],
    },
  ];
}

/** An answer, or the status and its text. Numbers of 64 bits are text in it, as in all JSON of protobuf. */
export type Answer = { readonly code: 0; readonly value: unknown } | { readonly code: number; readonly text: string };

const program = join(toolFolder(grpcTools), "grpcurl");
/** grpcurl ends with this added to a gRPC status. */
const statusBase = 64;

/** Runs grpcurl with these last words, such as `list`. @throws where it does not end well */
export function grpcurl(socketPath: string, words: readonly string[], flags: readonly string[] = []): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, argumentsFor(socketPath, words, flags), (error, stdout, stderr) => {
      if (error === null) resolve(stdout);
      else reject(Object.assign(error, { told: stderr }));
    });
  });
}

/** Calls a method that answers once. */
export async function call(socketPath: string, manner: Manner, method: string, request: object): Promise<Answer> {
  try {
    const flags = [...manner.flags, "-d", JSON.stringify(request)];
    return { code: 0, value: JSON.parse(await grpcurl(socketPath, [method], flags)) };
  } catch (error) {
    const { code, told } = error as { code?: unknown; told?: string };
    if (typeof code !== "number" || code < statusBase) throw error;
    return { code: code - statusBase, text: told ?? "" };
  }
}

/** A call of VGService/Watch. */
export interface Watching {
  /** The next answer; undefined when the stream has ended. */
  next(): Promise<unknown>;
  /** grpcurl's exit status, when it has ended; null where it was ended. */
  readonly status: Promise<number | null>;
  /** Ends the client. */
  end(): Promise<void>;
}

export function watch(socketPath: string, manner: Manner): Watching {
  const child = spawn(program, argumentsFor(socketPath, ["proto.VGService/Watch"], [...manner.flags, "-d", "{}"]), {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const status = once(child, "exit").then(([status]) => status as number | null);
  const answers = answersOf(child);
  return {
    status,
    next: async () => (await answers.next()).value,
    end: async () => {
      child.kill();
      await status;
    },
  };
}

// answers come one after the other, each closed by a brace at the start of a line
async function* answersOf(child: ChildProcess): AsyncGenerator<unknown, undefined> {
  if (child.stdout === null) throw new Error("grpcurl has no output");
  let lines = "";
  for await (const line of createInterface({ input: child.stdout })) {
    lines += line;
    if (line !== "}") continue;
    yield JSON.parse(lines);
    lines = "";
  }
  return undefined;
}

function argumentsFor(socketPath: string, words: readonly string[], flags: readonly string[]): string[] {
  return ["-plaintext", "-unix", ...flags, socketPath, ...words];
}
