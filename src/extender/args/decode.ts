import { NativestorError, messageOf } from "../../base/errors.ts";
import type { PodFacts } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { createRoster, type Roster } from "../../capacity/roster.ts";
import { fieldsAt, requiredNameAt, textsAt } from "../../cluster/objects/fields.ts";
import { readPod } from "../../cluster/objects/pod.ts";
import type { ExtenderArgs, FullNodes } from "./args.ts";
import { type Member, type Span, excerpt, kindOf, membersOf, parseAt, topMembers, valueAt, walkList } from "./scan.ts";

/** Most candidates of one request; Kubernetes supports 5,000 nodes. Bounds what one request can cost. */
const maxNodes = 100_000;

/** Longest name of a Kubernetes object: a DNS subdomain, RFC 1123 §2.1. */
const maxNameLength = 253;

/** Largest pod in bytes. etcd refuses objects above 1.5 MiB; bounds what one request can cost. */
const maxPodBytes = 4 << 20;

/**
 * Reads the body of a filter or prioritize request. Senders differ in the case of the keys that have no JSON name in
 * Go's types (`Pod`, `pod`), and of those two Go takes either.
 * @param roster of nodes that are known; names that are in it cost the least
 * @throws NativestorError `invalid-argument` naming the field that is wrong
 */
export function decodeArgs(body: Buffer, names: Names, roster?: Roster): ExtenderArgs {
  const fields = byLowerCase(topMembers(body));
  const pod = readPodAt(body, fields.get("pod"));
  const nodes = present(body, fields.get("nodes"));
  const nodeNames = present(body, fields.get("nodenames"));
  // full nodes tell more, and every sender understands them in the answer
  if (nodes !== undefined) return { pod, found: undefined, ...readNodes(body, nodes, names) };
  if (nodeNames !== undefined) return { pod, ...readNames(body, nodeNames, roster), full: undefined };
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

const nobody = createRoster([]);

function readNames(body: Buffer, span: Span, roster: Roster = nobody): Pick<ExtenderArgs, "nodeNames" | "found"> {
  if (kindOf(body, span) !== "list") throw wrong(`nodenames is a list, not ${excerpt(body, span)}`);
  const nodeNames: string[] = [];
  const rows: number[] = [];
  const isSeen = new Uint8Array(roster.names.length);
  const strangers = new Set<string>();
  let count = 0;

  function take(name: string, row: number): void {
    if (row === -1 ? strangers.has(name) : isSeen[row] === 1) return;
    if (row === -1) strangers.add(name);
    else isSeen[row] = 1;
    nodeNames.push(name);
    rows.push(row);
  }

  walkList(body, span, (start) => {
    count += 1;
    const row = roster.find(body, start);
    if (row !== -1) {
      take(roster.names[row] ?? "", row);
      return start + roster.end(row) - roster.start(row);
    }
    const value = valueAt(body, start);
    const name = nameIn(parseAt(body, value), `nodenames[${count - 1}]`);
    take(name, roster.rowOf(name));
    return value.end;
  });
  checkCount(count, "nodenames");
  return { nodeNames, found: roster === nobody ? undefined : { roster, rows } };
}

function readNodes(body: Buffer, span: Span, names: Names): { nodeNames: string[]; full: FullNodes } {
  if (kindOf(body, span) !== "object") throw wrong(`nodes is an object, not ${excerpt(body, span)}`);
  const items = present(body, byLowerCase(membersOf(body, span)).get("items"));
  if (items !== undefined && kindOf(body, items) !== "list")
    throw wrong(`nodes.items is a list, not ${excerpt(body, items)}`);
  const spans: Span[] = [];
  if (items !== undefined)
    walkList(body, items, (start) => {
      const span = valueAt(body, start);
      spans.push(span);
      return span.end;
    });
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

function nameIn(value: unknown, field: string): string {
  if (typeof value !== "string") throw wrong(`${field} is a string, not ${value === null ? "null" : typeof value}`);
  if (value === "") throw wrong(`${field} is empty`);
  if (value.length > maxNameLength)
    throw wrong(`${field} is at most ${maxNameLength} characters long, not ${value.length}`);
  return value;
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
