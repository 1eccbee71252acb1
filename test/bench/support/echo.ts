import type { FastifyPluginCallback } from "fastify";

/**
 * The least that a JSON route of this server can do: the body is read and parsed as on any other, nobody looks at it, and an
 * answer goes out that stands ready. What the service takes beyond that is its own.
 * @param answers by path
 */
export function echoRoutes(answers: ReadonlyMap<string, Buffer>): FastifyPluginCallback {
  return (app, _options, done) => {
    app.post("/*", (request, reply) =>
      reply.header("content-type", "application/json; charset=utf-8").send(answers.get(request.url)),
    );
    done();
  };
}
