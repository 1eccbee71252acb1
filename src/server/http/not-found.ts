import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { errorBody } from "./errors.ts";

const methods = ["GET", "HEAD", "POST"] as const;

/** Answers what no route takes: 405 with `Allow` where the path exists under another method, else 404. */
export function answerNotFound(app: FastifyInstance, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const [path = ""] = request.url.split("?", 1);
  const allowed = methods.filter((method) => app.hasRoute({ url: path, method }));
  if (allowed.length === 0) return reply.code(404).send(errorBody(404, `nothing is served at ${cut(path)}`));
  const message = `${cut(path)} takes ${allowed.join(" and ")}, not ${request.method}`;
  return reply.code(405).header("allow", allowed.join(", ")).send(errorBody(405, message));
}

function cut(path: string): string {
  return path.length > 100 ? `${path.slice(0, 100)}…` : path;
}
