import type { IncomingHttpHeaders } from "node:http";
import { TLSSocket } from "node:tls";
import type { FastifyReply, FastifyRequest } from "fastify";
import { errorBody } from "./http/errors.ts";
import { whyNoClient } from "./tls/client-certificate.ts";

/** Says whether a token's owner may read a path. */
export type ReviewToken = (
  token: string,
  path: string,
) => Promise<
  { readonly allowed: true } | { readonly allowed: false; readonly status: 401 | 403; readonly reason: string }
>;

/** What tells of volumes and of the cluster, and is nobody's business but that of those who look after it. */
const readersPaths: ReadonlySet<string> = new Set(["/metrics", "/ledger"]);

/** Lets those read who show a certificate of our authority, or a token whose owner may. For `onRequest`. */
export function requireReader(review: ReviewToken) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | void> => {
    const path = request.routeOptions.url ?? "";
    if (!readersPaths.has(path)) return;
    const { socket } = request.raw;
    // a token over a connection that others can read is theirs too
    if (!(socket instanceof TLSSocket)) return reply.code(403).send(errorBody(403, "this is answered over TLS only"));
    if (whyNoClient(socket) === undefined) return;
    const token = bearerOf(request.headers);
    if (token === undefined)
      return reply
        .code(401)
        .header("www-authenticate", "Bearer")
        .send(errorBody(401, "a client certificate or a token is required"));
    const verdict = await review(token, path);
    if (!verdict.allowed) return reply.code(verdict.status).send(errorBody(verdict.status, verdict.reason));
  };
}

/** The token of `Authorization: Bearer`. */
export function bearerOf({ authorization }: IncomingHttpHeaders): string | undefined {
  return /^bearer +([\w.~+/=-]+) *$/i.exec(authorization ?? "")?.[1];
}
