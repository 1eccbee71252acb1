import type { ExtenderArgs, FullNodes } from "../args/args.ts";
import type { FilterDecision } from "../decide/filter.ts";
import { joined } from "./joined.ts";
import { quotedName } from "./quoted-name.ts";

/** A JSON answer in pieces: text, and bytes of the request. */
export type Pieces = readonly (string | Uint8Array)[];

/**
 * The answer to a filter request, in the form asked: ExtenderFilterResult with keys in lower camel case, empty fields
 * left out. Nodes without room are unresolvable: evicting pods frees no volume group (docs/adr/0003).
 * @param body the request; full nodes are answered with the bytes that came
 */
export function filterAnswer(args: ExtenderArgs, body: Uint8Array, decision: FilterDecision): Pieces {
  const refused = refusedPieces(args.nodeNames, decision);
  if (args.full === undefined) return ['{"nodenames":', namesText(args.nodeNames, decision), ...refused, "}"];
  return ['{"nodes":{"metadata":{},"items":[', ...itemsOf(args.full, body, decision.fitting), "]}", ...refused, "}"];
}

/** The answer where no decision can be taken; kube-scheduler puts the message on the pod and asks again later. */
export function filterError(message: string): Pieces {
  return [JSON.stringify({ error: message })];
}

function namesText(names: readonly string[], { fitting }: FilterDecision): string {
  return JSON.stringify(fitting.length === names.length ? names : fitting.map((at) => names[at]));
}

// text by hand: node names are keys here, and `__proto__` has to be one like any other
function refusedPieces(names: readonly string[], { refused }: FilterDecision): string[] {
  if (refused.length === 0) return [];
  return [',"failedAndUnresolvableNodes":{', ...joined(refusalsOf(names, refused)), "}"];
}

function* refusalsOf(names: readonly string[], refused: FilterDecision["refused"]): Generator<string> {
  const quoted = new Map<string, string>();
  for (const { at, text } of refused) {
    let reason = quoted.get(text);
    if (reason === undefined) quoted.set(text, (reason = JSON.stringify(text)));
    yield `${quotedName(names[at] ?? "")}:${reason}`;
  }
}

// neighbours that both fit go out as one stretch, with the comma that came between them
function itemsOf({ starts, ends }: FullNodes, body: Uint8Array, fitting: readonly number[]): (string | Uint8Array)[] {
  const pieces: (string | Uint8Array)[] = [];
  let from: number | undefined;
  for (const [index, at] of fitting.entries()) {
    from ??= starts[at] ?? 0;
    const end = ends[at] ?? 0;
    const next = fitting[index + 1];
    if (next !== undefined && starts[next] === end + 1) continue;
    pieces.push(body.subarray(from, end));
    if (next !== undefined) pieces.push(",");
    from = undefined;
  }
  return pieces;
}
