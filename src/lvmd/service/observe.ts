import { type CallContext, ServerError, type ServerMiddlewareCall, Status } from "nice-grpc-common";
import type { Clock } from "../../base/clock.ts";
import type { Logger } from "../../base/log.ts";
import type { LvmdMetrics } from "./metrics.ts";

/** Middleware: one log line and one measurement for each call. Changes and refusals are worth `info`, the rest `debug`. */
export function observe(log: Logger, metrics: LvmdMetrics, clock: Clock) {
  return async function* observed<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const start = clock.monotonic();
    const method = call.method.path.slice(call.method.path.lastIndexOf("/") + 1);
    const isWatch = call.method.path === "/proto.VGService/Watch";
    let failure: unknown;
    if (isWatch) metrics.watchers.inc();
    try {
      return yield* call.next(call.request, context);
    } catch (error) {
      failure = error;
      throw error;
    } finally {
      const tookMs = clock.monotonic() - start;
      const status = statusOf(failure, context.signal);
      if (isWatch) metrics.watchers.dec();
      metrics.requestSeconds.observe({ method, code: Status[status] }, tookMs / 1000);
      const level = levelOf(call.method.path, status);
      const details = failure instanceof ServerError ? { reason: failure.details } : {};
      const fields = {
        method,
        code: Status[status],
        tookMs: Math.round(tookMs),
        ...subjectOf(call.request),
        ...details,
      };
      log[level](fields, "lvmd call");
    }
  };
}

function statusOf(failure: unknown, signal: AbortSignal): Status {
  if (failure instanceof ServerError) return failure.code;
  return failure !== undefined || signal.aborted ? Status.CANCELLED : Status.OK;
}

function levelOf(path: string, status: Status): "debug" | "info" | "error" {
  if (status === Status.INTERNAL) return "error";
  if (status !== Status.OK && status !== Status.CANCELLED) return "info";
  return path.startsWith("/proto.LVService/") ? "info" : "debug";
}

/** What a request is about, as far as it says so. */
function subjectOf(request: unknown): Record<string, string> {
  const fields: Record<string, string> = {};
  for (const key of ["name", "deviceClass", "sizeBytes", "sourceVolume"] as const) {
    const value = (request as Record<string, unknown>)[key];
    if (typeof value === "string" ? value !== "" : typeof value === "bigint") fields[key] = String(value);
  }
  return fields;
}
