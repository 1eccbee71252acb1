import type { ClaimFacts } from "../../capacity/demand.ts";
import { annotationClass } from "../../capacity/device-class.ts";
import type { Names } from "../../capacity/names.ts";
import { claimKeyOf, claimTraceOf, type VolumeTrace } from "../../capacity/reservations/facts.ts";
import type { Ledger } from "../../capacity/reservations/ledger.ts";
import type { CountedVolume } from "../objects/counted.ts";
import type { Traces } from "../traces.ts";
import type { ClusterView, NodeFacts } from "../view.ts";
import type { Clock } from "../../base/clock.ts";

export interface FeedOptions {
  readonly ledger: Ledger;
  readonly view: Pick<ClusterView, "nodes" | "storageClass">;
  readonly traces: Traces;
  readonly names: Names;
  readonly clock: Clock;
}

const nothing: ReadonlyMap<string, bigint> = new Map();

/** Tells a ledger all that has been read, and from then on each change. The answer ends it. */
export function feed({ ledger, view, traces, names, clock }: FeedOptions): () => void {
  function node(before: NodeFacts | undefined, after: NodeFacts | undefined): void {
    const name = (after ?? before)?.name;
    if (name !== undefined)
      ledger.figures(name, after?.generation, after?.supply.freeBytes ?? nothing, clock.monotonic());
  }

  function claim(before: ClaimFacts | undefined, after: ClaimFacts | undefined): void {
    const nowMs = clock.monotonic();
    if (before?.uid !== undefined && before.uid !== after?.uid)
      ledger.claim(before.uid, claimKeyOf(before.namespace, before.name), undefined, nowMs);
    if (after?.uid === undefined) return;
    const trace = claimTraceOf(after, view.storageClass(after.storageClass), names);
    if (trace !== undefined) ledger.claim(trace.uid, trace.key, trace, nowMs);
  }

  function volume(before: CountedVolume | undefined, after: CountedVolume | undefined): void {
    const name = (after ?? before)?.name;
    if (name !== undefined) ledger.volume(name, after && traceOf(after, clock.now()), clock.monotonic());
  }

  // which claims are ours depends on their classes
  function classes(): void {
    for (const one of traces.claims()) if (one.selectedNode !== undefined && !one.bound) claim(undefined, one);
  }

  for (const one of view.nodes()) node(undefined, one);
  for (const one of traces.volumes()) volume(undefined, one);
  for (const one of traces.claims()) claim(undefined, one);
  return traces.listen({ node, claim, volume, classes, isWaiting: () => ledger.isWaiting(clock.monotonic()) });
}

function traceOf(volume: CountedVolume, now: number): VolumeTrace {
  return {
    name: volume.name,
    uid: volume.uid,
    node: volume.nodeName,
    deviceClass: annotationClass(volume.deviceClass),
    wantedBytes: volume.wantedBytes,
    // a volume is there once it has an id
    currentBytes: volume.volumeId === undefined ? undefined : (volume.currentBytes ?? volume.wantedBytes),
    hasFailed: volume.code !== 0,
    counted: volume.counted,
    ageMs: now - volume.createdAt,
  };
}
