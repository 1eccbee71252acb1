import { NativestorError, messageOf } from "../../base/errors.ts";
import type { PodFacts } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { fieldsAt, requiredNameAt, textsAt } from "../../cluster/objects/fields.ts";
import { readPod } from "../../cluster/objects/pod.ts";
import type { ExtenderArgs, FullNodes } from "./args.ts";
import { type Member, type Span, elementsOf, excerpt, kindOf, membersOf, parseAt, topMembers } from "./scan.ts";

/** Most candidates of one request; Kubernetes supports 5,000 nodes. Bounds what one request can cost. */
const maxNodes = 100_000;

/** Longest name of a Kubernetes object: a DNS subdomain, RFC 1123 §2.1. */
const maxNameLength = 253;

/** Largest pod in bytes. etcd refuses objects above 1.5 MiB; bounds what one request can cost. */
const maxPodBytes = 4 << 20;

/**
 * Reads the body of a filter or prioritize request. Senders differ in the case of the keys that have no JSON name in
 * Go's types (`Pod`, `pod`), and of those two Go takes either.
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function decodeArgs(body: Buffer, names: Names): ExtenderArgs {
  const fields = byLowerCase(topMembers(body));
  const pod = readPodAt(body, fields.get("pod"));
  const nodes = present(body, fields.get("nodes"));
  const nodeNames = present(body, fields.get("nodenames"));
  // full nodes tell more, and every sender understands them in the answer
  if (nodes !== undefined) return { pod, ...readNodes(body, nodes, names) };
  if (nodeNames !== undefined) return { pod, nodeNames: readNames(body, nodeNames), full: undefined };
  throw wrong("nodes and nodenames are both missing or null: one of them has to list the candidates");
}

function byLowerCase(members: readonly Member[]): Map<string, Span> {
  return new Map(members.map(({ key, value }) => [key.toLowerCase(), value]));
}

function present(body: Buffer, span: Span | undefined): Span | undefined {
  return span === undefined || kindOf(body, span) === "null" ? undefined : span;
}

function readPodAt(body: Buffer, found: Span | undefined): PodFacts {
  const span = present(body, found);
  if (span === undefined) throw wrong("pod is missing");
  if (span.end - span.start > maxPodBytes)
    throw wrong(`pod is at most ${maxPodBytes} bytes, as no API server stores more`);
  if (kindOf(body, span) !== "object") throw wrong(`pod is an object, not ${excerpt(body, span)}`);
  const pod = parseAt(body, span);
  return within("pod", () => readPod(pod, "default"));
}

function readNames(body: Buffer, span: Span): string[] {
  const list = kindOf(body, span) === "list" ? parseAt(body, span) : undefined;
  if (!Array.isArray(list)) throw wrong(`nodenames is a list, not ${excerpt(body, span)}`);
  checkCount(list.length, "nodenames");
  for (let at = 0; at < list.length; at += 1) if (!isName(list[at])) throw badName(list[at], `nodenames[${at}]`);
  const unique = new Set(list as string[]);
  return unique.size === list.length ? (list as string[]) : [...unique];
}

function readNodes(body: Buffer, span: Span, names: Names): { nodeNames: string[]; full: FullNodes } {
  if (kindOf(body, span) !== "object") throw wrong(`nodes is an object, not ${excerpt(body, span)}`);
  const items = present(body, byLowerCase(membersOf(body, span)).get("items"));
  if (items !== undefined && kindOf(body, items) !== "list")
    throw wrong(`nodes.items is a list, not ${excerpt(body, items)}`);
  const spans = items === undefined ? [] : elementsOf(body, items);
  checkCount(spans.length, "nodes.items");
  const found = new Map<string, { annotations: string; span: Span }>();
  for (const [at, item] of spans.entries()) {
    const { name, annotations } = within(`nodes.items[${at}]`, () => readNodeAt(body, item, names));
    if (!found.has(name)) found.set(name, { annotations, span: item });
  }
  const nodes = [...found.values()];
  return {
    nodeNames: [...found.keys()],
    full: {
      annotations: nodes.map((node) => node.annotations),
      starts: Uint32Array.from(nodes, (node) => node.span.start),
      ends: Uint32Array.from(nodes, (node) => node.span.end),
    },
  };
}

function readNodeAt(body: Buffer, span: Span, names: Names): { name: string; annotations: string } {
  const metadata = fieldsAt(fieldsAt(parseAt(body, span), "the node").metadata, "metadata");
  const annotations = textsAt(metadata.annotations, "metadata.annotations");
  const ours = Object.entries(annotations).filter(([key]) => key.startsWith(names.capacityPrefix));
  return {
    name: requiredNameAt(metadata.name, "metadata.name"),
    annotations: ours.length === 0 ? "" : JSON.stringify(Object.fromEntries(ours)),
  };
}

function isName(value: unknown): boolean {
  return typeof value === "string" && value !== "" && value.length <= maxNameLength;
}

function badName(value: unknown, field: string): NativestorError {
  if (typeof value !== "string") return wrong(`${field} is a string, not ${value === null ? "null" : typeof value}`);
  return wrong(
    value === "" ? `${field} is empty` : `${field} is at most ${maxNameLength} characters long, not ${value.length}`,
  );
}

function checkCount(count: number, field: string): void {
  if (count > maxNodes) throw wrong(`${field} has at most ${maxNodes} entries, not ${count}`);
}

function within<Result>(field: string, read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    throw wrong(`${field}: ${messageOf(error)}`);
  }
}

function wrong(message: string): NativestorError {
  return new NativestorError("invalid-argument", message);
}
