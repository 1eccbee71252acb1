import type { ExtenderArgs } from "../args/args.ts";
import { constant, type Pieces } from "./pieces.ts";
import { nameWriter } from "./write-name.ts";

const first = constant('[{"host":');
/** By score, from 0 to 10. */
const between = Array.from({ length: 11 }, (_, score) => constant(`,"score":${score}},{"host":`));

/** The answer to a prioritize request: HostPriorityList, in the order asked. */
export function prioritiesAnswer(args: ExtenderArgs, scores: readonly number[]): Pieces {
  const last = scores.length - 1;
  if (last === -1) return [constant("[]")];
  return [
    (out) => {
      const writeName = nameWriter(out, args);
      out.bytes(first);
      for (let at = 0; at < last; at += 1) {
        writeName(at);
        out.bytes(between[scores[at] ?? 0] ?? first);
      }
      writeName(last);
      out.text(`,"score":${scores[last]}}]`);
    },
  ];
}
