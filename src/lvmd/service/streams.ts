import type { CallContext, ServerMiddlewareCall } from "nice-grpc-common";

/** Middleware: streams see the server's stop as their own caller's going away, so that a graceful stop can end. */
export function endStreamsOn(stopping: AbortSignal) {
  return async function* bounded<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const bound = call.responseStream ? { ...context, signal: AbortSignal.any([context.signal, stopping]) } : context;
    return yield* call.next(call.request, bound);
  };
}
