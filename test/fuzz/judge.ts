import { currentNames } from "../../src/capacity/names.ts";
import type { FakeView } from "../support/fake-view.ts";
import type { Response } from "../support/https-client.ts";
import type { Seed } from "./seeds.ts";

type Json = Record<string, unknown>;

/**
 * What is wrong with an answer to a mutated request; undefined where nothing is. Written without the code under test: the
 * request is read the plain way, and a node that was let through has to have the room that the annotations ask for.
 */
export function faultOf(path: Seed["path"], sent: Buffer, answer: Response, view: FakeView): string | undefined {
  if (answer.status !== 200 && (answer.status < 400 || answer.status >= 500))
    return `status ${answer.status}: ${answer.text}`;
  const body = parse(answer.text);
  if (answer.status !== 200)
    return hasReason(body) ? undefined : `status ${answer.status} without a reason: ${answer.text}`;
  const request = parse(sent.toString("utf8"));
  if (!isObject(request)) return "200 for a request that is no object";
  if (path === "/filter" || path === "/predicate") return wrongYes(request, body, view);
  if (path === "/prioritize") return wrongScores(body);
  return wrongReview(request, body);
}

function hasReason(body: unknown): boolean {
  return isObject(body) && [body.message, body.error].some((text) => typeof text === "string" && text !== "");
}

function wrongYes(request: Json, body: unknown, view: FakeView): string | undefined {
  if (!isObject(body)) return "the answer is no object";
  if (typeof body.error === "string" && body.error !== "") return undefined;
  const passed = passedNames(body);
  if (passed === undefined) return "the answer names no nodes";
  const asked = askedBytes(request);
  for (const name of passed) {
    const room = view.node(name)?.supply.freeBytes;
    // room of nodes that only the request knows is not judged here
    if (room === undefined) continue;
    for (const [deviceClass, bytes] of asked) {
      if ((room.get(deviceClass) ?? -1n) < bytes)
        return `${name} was let through and has no room for ${bytes} of ${deviceClass}`;
    }
  }
  return undefined;
}

function passedNames(body: Json): string[] | undefined {
  if (Array.isArray(body.nodenames)) return body.nodenames as string[];
  if (!isObject(body.nodes) || !Array.isArray(body.nodes.items)) return undefined;
  return body.nodes.items.map((item: Json) => String((item.metadata as Json).name));
}

// of the pod's annotations, those that are decimal and fit an int64
function askedBytes(request: Json): [string, bigint][] {
  const pods = Object.entries(request).filter(([key]) => key.toLowerCase() === "pod");
  // which of two spellings counts is for the JSON decoder to say
  if (pods.length !== 1) return [];
  const metadata = (pods[0]![1] as Json | null)?.metadata;
  const annotations = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  return Object.entries(annotations).flatMap(([key, value]) => {
    if (!key.startsWith(currentNames.capacityPrefix) || typeof value !== "string" || !/^\d{1,18}$/.test(value))
      return [];
    return [[key.slice(currentNames.capacityPrefix.length), BigInt(value)] as [string, bigint]];
  });
}

function wrongScores(body: unknown): string | undefined {
  if (body === null) return undefined;
  if (!Array.isArray(body)) return "the answer is no list";
  const bad = body.find(
    (one: Json) =>
      typeof one.host !== "string" || !Number.isInteger(one.score) || Number(one.score) < 0 || Number(one.score) > 10,
  );
  return bad === undefined ? undefined : `no score: ${JSON.stringify(bad)}`;
}

function wrongReview(request: Json, body: unknown): string | undefined {
  const asked = isObject(request.request) ? request.request.uid : undefined;
  if (!isObject(body) || !isObject(body.response)) return "the answer is no AdmissionReview";
  if (body.response.uid !== asked) return `the answer is for ${String(body.response.uid)}, not for ${String(asked)}`;
  if (typeof body.response.allowed !== "boolean") return "the answer does not say whether the object is allowed";
  if (!body.response.allowed && !hasReason(body.response.status)) return "denied without a reason";
  return undefined;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
