import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { applyPatch, type Operation } from "rfc6902";
import type { KubeObject, Place } from "./fake-api-server.ts";

/** A request that changes something, and what it is about. */
export interface Write {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly place: Place & { readonly kind: string };
  /** Makes a change known and answers the object with its new version. */
  readonly tell: (type: string, object: KubeObject) => KubeObject;
  readonly find: (collection: string, namespace: string | undefined, name: string) => KubeObject | undefined;
}

type Json = Record<string, unknown>;
type Metadata = Json & { uid?: string; resourceVersion?: string; finalizers?: string[]; deletionTimestamp?: string };

class Refusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** Answers create, update, patch, apply and delete as an API server does, with versions, finalizers and the status apart. */
export async function answerWrite(write: Write): Promise<void> {
  const { request, response } = write;
  try {
    const body = (await json(request).catch(() => ({}))) as Json;
    // the object may have changed while the body arrived
    const { collection, namespace, name } = write.place;
    const before = name === undefined ? undefined : write.find(collection, namespace, name);
    const result = perform(write, before, body);
    response.writeHead(request.method === "POST" ? 201 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(result));
  } catch (error) {
    const status = error instanceof Refusal ? error.status : 500;
    response.writeHead(status, { "content-type": "application/json" });
    response.end(JSON.stringify({ kind: "Status", code: status, message: String(error) }));
  }
}

function perform(write: Write, before: KubeObject | undefined, body: Json): KubeObject {
  const { request } = write;
  if (request.method === "POST") return create(write, body);
  const type = request.headers["content-type"] ?? "";
  if (before === undefined && type.includes("apply-patch") && (body.metadata as Metadata).uid === undefined)
    return create(write, body);
  if (before === undefined) throw new Refusal(type.includes("apply-patch") ? 409 : 404, "not found");
  if (request.method === "DELETE") return remove(write, before, body);
  if (request.method === "PUT") return update(write, before, body);
  if (type.includes("json-patch")) return update(write, before, jsonPatched(before, body as unknown as Operation[]));
  if (type.includes("apply-patch")) return apply(write, before, body);
  return update(write, before, merged(before, body) as Json);
}

function create({ place, tell, find }: Write, body: Json): KubeObject {
  const metadata = body.metadata as Metadata & { name: string };
  if (find(place.collection, place.namespace, metadata.name) !== undefined) throw new Refusal(409, "already exists");
  const namespace = place.namespace === undefined ? {} : { namespace: place.namespace };
  const stamp = { uid: randomUUID(), creationTimestamp: new Date().toISOString() };
  const { status: _, ...rest } = body;
  return tell("ADDED", { ...rest, kind: place.kind, metadata: { ...metadata, ...namespace, ...stamp } });
}

function update({ place, tell }: Write, before: KubeObject, after: Json): KubeObject {
  const old = before.metadata as Metadata;
  const metadata = after.metadata as Metadata & { name: string };
  if (metadata.uid !== undefined && metadata.uid !== old.uid) throw new Refusal(409, "the uid is another one");
  if (metadata.resourceVersion !== undefined && metadata.resourceVersion !== old.resourceVersion)
    throw new Refusal(409, "the object has been modified");
  const next = place.isStatus
    ? { ...before, status: after.status }
    : { ...after, ...("status" in before && { status: before.status }), kind: place.kind, metadata };
  if (!place.isStatus && old.deletionTimestamp !== undefined) refuseNewFinalizers(old, metadata);
  const isGone = !place.isStatus && old.deletionTimestamp !== undefined && (metadata.finalizers ?? []).length === 0;
  return isGone ? tell("DELETED", next) : changed(tell, before, next);
}

// what changes nothing makes no new version
function changed(tell: Write["tell"], before: KubeObject, after: KubeObject): KubeObject {
  return JSON.stringify(before) === JSON.stringify(after) ? before : tell("MODIFIED", after);
}

function refuseNewFinalizers(old: Metadata, { finalizers = [] }: Metadata): void {
  if (finalizers.some((finalizer) => !(old.finalizers ?? []).includes(finalizer)))
    throw new Refusal(422, "no new finalizers can be added if the object is being deleted");
}

function remove({ tell }: Write, before: KubeObject, options: Json): KubeObject {
  const metadata = before.metadata as Metadata;
  const { uid } = (options.preconditions ?? {}) as { uid?: string };
  if (uid !== undefined && uid !== metadata.uid) throw new Refusal(409, "the uid is another one");
  if ((metadata.finalizers ?? []).length === 0) return tell("DELETED", before);
  if (metadata.deletionTimestamp !== undefined) return before;
  const deletionTimestamp = new Date().toISOString();
  return tell("MODIFIED", { ...before, metadata: { ...before.metadata, deletionTimestamp } });
}

/** Server-side apply for maps and sets of texts: what the manager applied before and leaves out now is removed. */
function apply(write: Write, before: KubeObject, body: Json): KubeObject {
  const manager = new URL(write.request.url ?? "", "http://x").searchParams.get("fieldManager") ?? "";
  const owned = (before.metadata.appliedBy ?? {}) as Record<string, Json>;
  const earlier = owned[manager] ?? {};
  const metadata = { ...(body.metadata as Metadata) };
  const kept = merged(before, { metadata: nulled(earlier) }) as KubeObject;
  const finalizers = new Set([...((kept.metadata.finalizers as string[]) ?? []), ...(metadata.finalizers ?? [])]);
  const { uid, finalizers: _, ...fields } = metadata;
  const after = merged(kept, {
    metadata: {
      ...fields,
      ...(uid !== undefined && { uid }),
      ...(finalizers.size > 0 && { finalizers: [...finalizers] }),
      appliedBy: { [manager]: { annotations: metadata.annotations ?? {}, labels: metadata.labels ?? {} } },
    },
  }) as Json;
  ((after.metadata as Json).appliedBy as Json)[manager] = {
    annotations: metadata.annotations ?? {},
    labels: metadata.labels ?? {},
  };
  return update(write, before, after);
}

function nulled(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return null;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, nulled(inner)]));
}

function jsonPatched(before: KubeObject, operations: Operation[]): Json {
  const copy = structuredClone(before) as unknown as Json;
  const failure = applyPatch(copy, operations).find((error) => error !== null);
  if (failure !== undefined) throw new Refusal(422, failure.message);
  return copy;
}

// RFC 7396
function merged(before: unknown, patch: unknown): unknown {
  if (typeof patch !== "object" || patch === null || Array.isArray(patch)) return patch;
  const result: Json = typeof before === "object" && before !== null && !Array.isArray(before) ? { ...before } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merged(result[key], value);
  }
  return result;
}
