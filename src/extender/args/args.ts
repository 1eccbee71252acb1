import type { PodFacts } from "../../capacity/demand.ts";
import type { Found } from "../../capacity/roster.ts";

/** What kube-scheduler asks about: k8s.io/kube-scheduler/extender/v1, ExtenderArgs. */
export interface ExtenderArgs {
  readonly pod: PodFacts;
  /** Candidates in the order asked, each once. */
  readonly nodeNames: readonly string[];
  /** Where only names came, and were looked for in a roster. */
  readonly found: Found | undefined;
  /** Where the nodes came in full; undefined where only their names came. */
  readonly full: FullNodes | undefined;
}

/** The full form, by position in `nodeNames`. */
export interface FullNodes {
  /** The node's capacity annotations as JSON text; empty where it has none. */
  readonly annotations: readonly string[];
  /** Byte of the body at which the node starts. Typed arrays, because they change threads at no cost. */
  readonly starts: Uint32Array;
  /** Byte after the node's last one. */
  readonly ends: Uint32Array;
}
