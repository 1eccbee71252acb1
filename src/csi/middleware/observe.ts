import { type CallContext, ServerError, type ServerMiddlewareCall, Status } from "nice-grpc-common";
import type { Registry } from "prom-client";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import { requestSeconds } from "./metrics.ts";
import { subjectOf } from "./subject.ts";

/** Calls that only ask; they come every minute and are worth a line at `debug` only. */
const questions = /^(Get|Probe|ControllerGet|NodeGet|Validate)/;

/** Middleware: one log line and one measurement for each call. Has to stand outside of what maps errors. */
export function observeCalls(log: Logger, registry: Registry, clock: Clock) {
  const seconds = requestSeconds(registry);
  return async function* observed<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const start = clock.monotonic();
    const [service = "", method = ""] = call.method.path.split("/").slice(1);
    let failure: unknown;
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      const tookMs = clock.monotonic() - start;
      const status = statusOf(failure);
      const code = Status[status];
      seconds.observe({ service: service.slice(service.lastIndexOf(".") + 1), method, code }, tookMs / 1000);
      const reason = failure instanceof ServerError ? { reason: failure.details } : {};
      const line = { method, code, tookMs: Math.round(tookMs), ...subjectOf(call.request), ...reason };
      log[levelOf(method, status)](line, "csi call");
    }
  };
}

function statusOf(failure: unknown): Status {
  if (failure === undefined) return Status.OK;
  // what is no ServerError is the abort of a caller that went away
  return failure instanceof ServerError ? failure.code : Status.CANCELLED;
}

function levelOf(method: string, status: Status): "debug" | "info" | "error" {
  if (status === Status.INTERNAL) return "error";
  return status === Status.OK && questions.test(method) ? "debug" : "info";
}
