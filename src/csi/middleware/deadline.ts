import type { CallContext, ServerMiddlewareCall } from "nice-grpc-common";
import type { Clock } from "../../base/clock.ts";
import { NativestorError } from "../../base/errors.ts";

/** Middleware: no call waits for longer than `limitMs`, also where its caller set no deadline. */
export function limitCalls(clock: Clock, limitMs: number) {
  return async function* limited<Request, Response>(
    call: ServerMiddlewareCall<Request, Response>,
    context: CallContext,
  ): AsyncGenerator<Response, Response | void, undefined> {
    const late = new AbortController();
    const seconds = limitMs / 1000;
    const cancel = clock.after(limitMs, () =>
      late.abort(new NativestorError("deadline-exceeded", `not done within ${seconds} s; it goes on: ask again`)),
    );
    try {
      const signal = AbortSignal.any([context.signal, late.signal]);
      return yield* call.next(call.request, { ...context, signal });
    } finally {
      cancel();
    }
  };
}
