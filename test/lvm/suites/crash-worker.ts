// A daemon that is to be killed: takes one request per line on its input, answers each with a line.
import { createInterface } from "node:readline";
import { NativestorError } from "../../../src/base/errors.ts";
import type { Storage } from "../../../src/lvmd/storage.ts";
import type { Answer, Request } from "./crash-protocol.ts";
import { crashClasses } from "./crash-protocol.ts";
import { openHost } from "./host.ts";

const journalFolder = process.argv[2];
if (journalFolder === undefined) throw new Error("usage: crash-worker.ts JOURNAL_FOLDER");
const { storage } = await openHost(crashClasses, { journalFolder });
console.log("open");
for await (const line of createInterface({ input: process.stdin })) {
  const answer = await perform(storage, JSON.parse(line) as Request);
  console.log(JSON.stringify(answer));
}

async function perform(storage: Storage, request: Request): Promise<Answer> {
  const sizeBytes = BigInt(request.sizeBytes);
  const { name, deviceClass } = request;
  try {
    switch (request.kind) {
      case "create":
        return {
          path: (await storage.createVolume({ name, deviceClass, sizeBytes, optionClass: "", tags: ["t"] })).path,
        };
      case "snapshot": {
        const { source = "" } = request;
        const asked = { name, deviceClass, sizeBytes, sourceVolume: source, accessType: "rw", tags: ["t"] } as const;
        return { path: (await storage.createSnapshot(asked)).path };
      }
      case "resize":
        return { path: String(await storage.resizeVolume(name, deviceClass, sizeBytes)) };
      case "remove":
        await storage.removeVolume(name, deviceClass);
        return {};
    }
  } catch (error) {
    const { code, message } = NativestorError.from(error);
    return { code, message };
  }
}
