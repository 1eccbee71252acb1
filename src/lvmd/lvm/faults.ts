import type { ErrorCode } from "../../base/errors.ts";
import { NativestorError } from "../../base/errors.ts";
import type { LvmOutcome } from "./run/outcome.ts";

/** Why lvm could not do something. */
export type Fault =
  | "not-found"
  | "exists"
  | "no-space"
  | "busy"
  | "device-missing"
  | "read-only"
  | "write-failed"
  | "lock-held"
  | "wrong-options"
  | "lost"
  | "unknown";

interface Sign {
  readonly fault: Fault;
  readonly pattern: RegExp;
}

/** lvm has one exit status for all of these (5, lvm(8)); its words, in English, tell them apart. The first sign that fits wins. */
const signs: readonly Sign[] = [
  {
    fault: "lock-held",
    pattern: /can't get lock|failed to lock|cannot acquire lock|lock .*(timed out|held)|giving up.*lock/i,
  },
  {
    fault: "device-missing",
    pattern: /while PVs are missing|PVs? (is|are) missing|couldn't find device|missing PV|missing device|is partial/i,
  },
  {
    fault: "write-failed",
    pattern:
      /failed to write|write failed|error writing|input\/output error|failed to commit|failed to suspend|failed to resume/i,
  },
  { fault: "read-only", pattern: /read-?only|not permitted on|permission denied/i },
  { fault: "busy", pattern: /\bin use\b|is used by|device or resource busy|open count|is open/i },
  { fault: "exists", pattern: /already exists/i },
  {
    fault: "no-space",
    pattern:
      /insufficient|volume too large|not enough (free|space|pvs)|must not exceed number of physical volumes|no free (extents|space)|reached threshold|above threshold|out of (data|metadata) space/i,
  },
  { fault: "not-found", pattern: /not found|failed to find/i },
];

/** Exit statuses of a command line that lvm does not understand (lvm(8): 2 no such command, 3 wrong parameters). */
const wrongUse: ReadonlySet<number | undefined> = new Set([2, 3]);

/** Tells why a command failed: by its exit status first, then by its own words. */
export function faultOf(outcome: Pick<LvmOutcome, "status" | "messages">): Fault {
  if (outcome.status === undefined) return "lost";
  if (wrongUse.has(outcome.status)) return "wrong-options";
  const sign = signs.find(({ pattern }) => outcome.messages.some((message) => pattern.test(message)));
  return sign?.fault ?? "unknown";
}

const codes: Readonly<Record<Fault, ErrorCode>> = {
  "not-found": "not-found",
  exists: "already-exists",
  "no-space": "resource-exhausted",
  busy: "failed-precondition",
  "device-missing": "failed-precondition",
  "read-only": "failed-precondition",
  "write-failed": "unavailable",
  "lock-held": "unavailable",
  "wrong-options": "failed-precondition",
  lost: "unavailable",
  unknown: "internal",
};

/** The error for a command that failed; `doing` is what it was to do, such as `lvcreate vg/name`. */
export function errorOf(doing: string, outcome: Pick<LvmOutcome, "status" | "messages">): NativestorError {
  const words = outcome.messages.filter((message) => !message.startsWith("WARNING:")).slice(0, 4);
  const reason = words.join("; ") || outcome.messages[0] || `exit status ${outcome.status}`;
  return new NativestorError(codes[faultOf(outcome)], `${doing}: ${reason.slice(0, 600)}`);
}
