import type { FastifyPluginCallback } from "fastify";
import type { Registry } from "prom-client";
import { NativestorError } from "../base/errors.ts";

/** Whether requests can be answered well now. */
export interface Readiness {
  readonly ready: boolean;
  /** Why not. */
  readonly reason?: string;
}

/** `/healthz` (the process turns), `/readyz` (it can answer) and `/metrics`. */
export function probeRoutes(options: { readiness: () => Readiness; registry: Registry }): FastifyPluginCallback {
  const { readiness, registry } = options;
  return (app, _options, done) => {
    app.get("/healthz", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok"));
    app.get("/readyz", (_request, reply) => {
      const { ready, reason } = readiness();
      if (!ready) throw new NativestorError("unavailable", reason ?? "not ready");
      return reply.type("text/plain; charset=utf-8").send("ok");
    });
    app.get("/metrics", async (_request, reply) => reply.type(registry.contentType).send(await registry.metrics()));
    done();
  };
}
