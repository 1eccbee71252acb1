import { createHash } from "node:crypto";
import { microTime } from "../lease/record.ts";

/** An object that an event is about. */
export interface Regarding {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Absent for objects without one, whose events are put into `default`. */
  readonly namespace?: string | undefined;
  readonly uid?: string | undefined;
}

/** Something that people who look at an object should know. */
export interface EventFacts {
  readonly regarding: Regarding;
  readonly type: "Normal" | "Warning";
  /** Why, in CamelCase: machines read it. */
  readonly reason: string;
  /** What was done or failed, in CamelCase. */
  readonly action: string;
  /** For people; cut at 1 kB, which is what the API takes. */
  readonly note: string;
}

/** Who reports. */
export interface Reporter {
  /** Qualified name, such as `topolvm.io/node`. */
  readonly controller: string;
  /** Which of them, such as the node's name. */
  readonly instance: string;
}

const maxNoteBytes = 1024;

/** The same for events that make up one series. */
export function seriesKey({ regarding, type, reason, action, note }: EventFacts): string {
  const { apiVersion, kind, namespace, name, uid } = regarding;
  return JSON.stringify([apiVersion, kind, namespace, name, uid, type, reason, action, cut(note)]);
}

/** Collection that an event belongs into. */
export function eventsPath({ namespace = "default" }: Regarding): string {
  return `/apis/events.k8s.io/v1/namespaces/${namespace}/events`;
}

/** Name of an event, unlike any other. */
export function eventName(facts: EventFacts, now: number): string {
  const hash = createHash("sha256")
    .update(`${now} ${seriesKey(facts)}`)
    .digest("hex")
    .slice(0, 16);
  return `${facts.regarding.name.slice(0, 200)}.${hash}`;
}

/** The first event of what may become a series (events.k8s.io/v1). */
export function firstEvent(facts: EventFacts, reporter: Reporter, name: string, now: number): unknown {
  const { regarding, type, reason, action, note } = facts;
  return {
    apiVersion: "events.k8s.io/v1",
    kind: "Event",
    metadata: { name, namespace: regarding.namespace ?? "default" },
    eventTime: microTime(now),
    reportingController: reporter.controller,
    reportingInstance: reporter.instance.slice(0, 128),
    type,
    reason,
    action,
    note: cut(note),
    regarding,
  };
}

/** Merge patch that says how often it has come about. */
export function repeatPatch(count: number, now: number): unknown {
  return { series: { count, lastObservedTime: microTime(now) } };
}

function cut(note: string): string {
  if (Buffer.byteLength(note) <= maxNoteBytes) return note;
  // a character that is cut in two becomes U+FFFD, which has three bytes
  return `${Buffer.from(note)
    .subarray(0, maxNoteBytes - 6)
    .toString()}…`;
}
