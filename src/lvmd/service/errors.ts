import {
  type CallContext,
  type CallOptions,
  ClientError,
  type ClientMiddlewareCall,
  ServerError,
  type ServerMiddlewareCall,
} from "nice-grpc-common";
import { NativestorError } from "../../base/errors.ts";
import { codeOf, statusOf } from "./codes.ts";

/** Server middleware: what a handler throws becomes the gRPC status of its code, with its message as the details. */
export async function* mapErrors<Request, Response>(
  call: ServerMiddlewareCall<Request, Response>,
  context: CallContext,
): AsyncGenerator<Response, Response | void, undefined> {
  try {
    return yield* call.next(call.request, context);
  } catch (error) {
    if (error instanceof ServerError || isAbort(error)) throw error;
    const { code, message } = NativestorError.from(error);
    throw new ServerError(statusOf(code), message);
  }
}

/** Client middleware: a gRPC status becomes an error of our code. */
export async function* namedErrors<Request, Response>(
  call: ClientMiddlewareCall<Request, Response>,
  options: CallOptions,
): AsyncGenerator<Response, Response | void, undefined> {
  try {
    return yield* call.next(call.request, options);
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    throw new NativestorError(codeOf(error.code), error.details, { cause: error });
  }
}

// a caller that went away: nice-grpc makes CANCELLED of it
function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === "AbortError";
}
