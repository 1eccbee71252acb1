import { STATUS_CODES } from "node:http";
import type { FastifyReply, FastifyRequest } from "fastify";
import { type ErrorCode, messageOf, NativestorError } from "../../base/errors.ts";
import type { Logger } from "../../base/log.ts";

/** HTTP status of our error codes. The only range a request can leave is that of the body's size. */
const statuses: Record<ErrorCode, number> = {
  "invalid-argument": 400,
  "not-found": 404,
  "already-exists": 409,
  "resource-exhausted": 429,
  "failed-precondition": 409,
  aborted: 409,
  "out-of-range": 413,
  unavailable: 503,
  "deadline-exceeded": 504,
  internal: 500,
};

/** Every 4xx and 5xx in one form: the status in words, and what is wrong. */
export interface ErrorBody {
  readonly error: string;
  readonly message: string;
}

export function errorBody(status: number, message: string): ErrorBody {
  return { error: STATUS_CODES[status] ?? "Error", message };
}

/** Answers what a handler or a parser threw. What is our own fault is logged, and not told in detail. */
export function createErrorHandler(log: Logger, bodyLimitBytes: number) {
  return (error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply => {
    const status = statusOf(error);
    if (status >= 500 && status !== 503)
      log.error({ method: request.method, url: request.url, error: messageOf(error) }, "a request failed");
    return reply.code(status).send(errorBody(status, messageFor(error, request, bodyLimitBytes)));
  };
}

function statusOf(error: unknown): number {
  if (error instanceof NativestorError) return statuses[error.code];
  const status = (error as { statusCode?: unknown } | undefined)?.statusCode;
  return typeof status === "number" && status >= 400 && status < 600 ? status : 500;
}

function messageFor(error: unknown, request: FastifyRequest, bodyLimitBytes: number): string {
  if (error instanceof NativestorError) return error.message;
  switch ((error as { code?: unknown } | undefined)?.code) {
    case "FST_ERR_CTP_INVALID_MEDIA_TYPE":
      return `the content type is application/json, not ${JSON.stringify(request.headers["content-type"] ?? "")}`;
    case "FST_ERR_CTP_BODY_TOO_LARGE":
      return `the body is larger than the ${bodyLimitBytes} bytes that are allowed`;
    default:
      return statusOf(error) < 500 ? messageOf(error) : "an internal error, which the log tells about";
  }
}
