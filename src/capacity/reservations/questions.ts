import type { Demand, DemandPart } from "../demand.ts";
import type { Survey } from "../survey.ts";

/** Who asks for room. */
export interface Asker {
  readonly namespace: string;
  readonly name: string;
  /** As annotated and corrected by the claims. */
  readonly demand: Demand;
  /** The unbound claims that it comes from. */
  readonly parts: readonly DemandPart[];
}

/** Moment of a question or a fact. */
export interface Moment {
  /** Monotonic. */
  readonly nowMs: number;
  /** What happens in the cluster is seen as it happens. */
  readonly isFollowing: boolean;
}

/** What a pod gets. */
export interface Verdict {
  /** Positions of the nodes that it is let through to, on which its bytes are now held. */
  readonly through: readonly number[];
  /** All nodes of the question, with what is reserved there for others. */
  readonly survey: Survey;
  /** Nodes that could hold it, and that it is not let through to. */
  readonly withheld: number;
  /** What has to be free, by class. */
  readonly needed: Demand;
  /** Not let through, though only for holds that may be gone in a moment: the pod is to be asked about again. */
  readonly isPassing: boolean;
}
