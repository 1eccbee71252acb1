import type { Misfit } from "../../capacity/fit.ts";
import type { ExtenderArgs, FullNodes } from "../args/args.ts";
import type { FilterDecision } from "../decide/filter.ts";
import { constant, type Pieces } from "./pieces.ts";
import { nameWriter } from "./write-name.ts";
import type { Writer } from "./writer.ts";

const comma = constant(",");
const head = constant('{"nodes":{"metadata":{},"items":[');
const afterItems = constant("]}");

/**
 * The answer to a filter request, in the form asked: ExtenderFilterResult with keys in lower camel case, empty fields
 * left out. Nodes without room are unresolvable: evicting pods frees no volume group (docs/adr/0003).
 * @param body the request; full nodes are answered with the bytes that came
 */
export function filterAnswer(args: ExtenderArgs, body: Uint8Array, decision: FilterDecision): Pieces {
  const { full } = args;
  const finish = (out: Writer) => {
    writeRefused(out, args, decision);
    out.text("}");
  };
  if (full !== undefined) return [head, ...itemsOf(full, body, decision.fitting), afterItems, finish];
  return [
    (out) => {
      writeNames(out, args, decision);
      finish(out);
    },
  ];
}

/** The answer where no decision can be taken; kube-scheduler puts the message on the pod and asks again later. */
export function filterError(message: string): Pieces {
  return [(out) => out.text(JSON.stringify({ error: message }))];
}

function writeNames(out: Writer, args: ExtenderArgs, { fitting }: FilterDecision): void {
  const writeName = nameWriter(out, args);
  out.text('{"nodenames":[');
  for (let nth = 0; nth < fitting.length; nth += 1) {
    if (nth > 0) out.bytes(comma);
    writeName(fitting[nth] ?? 0);
  }
  out.text("]");
}

// text by hand: node names are keys here, and `__proto__` has to be one like any other
function writeRefused(out: Writer, args: ExtenderArgs, { misfits, textOf }: FilterDecision): void {
  const writeName = nameWriter(out, args);
  const texts = new Map<Misfit, Uint8Array>();
  for (let at = 0; at < misfits.length; at += 1) {
    const misfit = misfits[at];
    if (misfit === undefined) continue;
    if (texts.size === 0) out.text(',"failedAndUnresolvableNodes":{');
    else out.bytes(comma);
    let text = texts.get(misfit);
    if (text === undefined) texts.set(misfit, (text = constant(`:${JSON.stringify(textOf(misfit))}`)));
    writeName(at);
    out.bytes(text);
  }
  if (texts.size > 0) out.text("}");
}

// neighbours that both fit go out as one stretch, with the comma that came between them
function itemsOf({ starts, ends }: FullNodes, body: Uint8Array, fitting: readonly number[]): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let from: number | undefined;
  for (const [index, at] of fitting.entries()) {
    from ??= starts[at] ?? 0;
    const end = ends[at] ?? 0;
    const next = fitting[index + 1];
    if (next !== undefined && starts[next] === end + 1) continue;
    pieces.push(body.subarray(from, end));
    if (next !== undefined) pieces.push(comma);
    from = undefined;
  }
  return pieces;
}
