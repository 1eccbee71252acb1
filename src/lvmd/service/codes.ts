import { Status } from "nice-grpc-common";
import type { ErrorCode } from "../../base/errors.ts";

const statuses: Readonly<Record<ErrorCode, Status>> = {
  "invalid-argument": Status.INVALID_ARGUMENT,
  "not-found": Status.NOT_FOUND,
  "already-exists": Status.ALREADY_EXISTS,
  "resource-exhausted": Status.RESOURCE_EXHAUSTED,
  "failed-precondition": Status.FAILED_PRECONDITION,
  aborted: Status.ABORTED,
  "out-of-range": Status.OUT_OF_RANGE,
  unavailable: Status.UNAVAILABLE,
  "deadline-exceeded": Status.DEADLINE_EXCEEDED,
  internal: Status.INTERNAL,
};

/** gRPC's status for one of our codes. */
export function statusOf(code: ErrorCode): Status {
  return statuses[code];
}

/** Our code for gRPC's status; `internal` for those that we have no word for. */
export function codeOf(status: number): ErrorCode {
  const [code] = Object.entries<number>(statuses).find(([, known]) => known === status) ?? ["internal"];
  return code as ErrorCode;
}
