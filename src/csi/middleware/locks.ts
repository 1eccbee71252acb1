import type { CallContext, ServerMiddlewareCall } from "nice-grpc-common";
import { NativestorError } from "../../base/errors.ts";
import { quoted } from "../rules/refuse.ts";

/** Calls that change a volume, and the field that says which. Those of one server do not share names with others. */
const keys: Readonly<Record<string, string>> = {
  CreateVolume: "name",
  DeleteVolume: "volumeId",
  ControllerExpandVolume: "volumeId",
  CreateSnapshot: "name",
  DeleteSnapshot: "snapshotId",
  NodePublishVolume: "volumeId",
  NodeUnpublishVolume: "volumeId",
  NodeExpandVolume: "volumeId",
};

/**
 * Middleware: one change of a volume at a time; a second call gets `aborted` and comes again, as the CSI specification
 * has it. The lock is taken before anything is awaited.
 */
export function lockVolumes() {
  const held = new Set<string>();
  return async function* locked<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const id = subjectOf(call.method.path, call.request);
    if (id === undefined) return yield* call.next(call.request, context);
    if (held.has(id)) throw new NativestorError("aborted", `another call for ${quoted(id)} is under way: ask again`);
    held.add(id);
    try {
      return yield* call.next(call.request, context);
    } finally {
      held.delete(id);
    }
  };
}

function subjectOf(path: string, request: unknown): string | undefined {
  const key = keys[path.slice(path.lastIndexOf("/") + 1)];
  const value = key === undefined ? undefined : (request as Record<string, unknown>)[key];
  // an empty one is refused by the call itself
  return typeof value === "string" && value !== "" ? value : undefined;
}
