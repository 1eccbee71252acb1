import { TLSSocket } from "node:tls";
import type { FastifyRequest } from "fastify";
import { errorBody } from "../http/errors.ts";
import type { FastifyReply } from "fastify";

/** Lets a request pass only with a client certificate that the folder's ca.crt vouches for. */
export async function requireClientCertificate(
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply | void> {
  const reason = whyNoClient(request.raw.socket);
  if (reason !== undefined) return reply.code(403).send(errorBody(403, reason));
}

/** Why a connection is not that of a client whose certificate is accepted; undefined where it is. */
export function whyNoClient(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket)) return "a client certificate is required, and this is no TLS connection";
  // asked for itself: what `authorized` says of a resumed session depends on the version of TLS
  if (socket.getPeerX509Certificate() === undefined) return "a client certificate is required, and none was sent";
  if (!socket.authorized) return `the client certificate is not accepted: ${String(socket.authorizationError)}`;
  return undefined;
}
