import type { IncomingMessage } from "node:http";
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from "fastify";
import type { Registry } from "prom-client";
import { createChunkMemory } from "./answer/chunk-memory.ts";
import { NativestorError } from "../base/errors.ts";
import { followRooms } from "../cluster/follow-rooms.ts";
import { sendPieces } from "./answer/send.ts";
import { readBody } from "./body.ts";
import { createSupplyReader } from "./decide/annotated-supply.ts";
import { createSecondLook } from "./decide/second-look.ts";
import { type Answer, answerFilter, answerPrioritize, type DecisionDeps } from "./handlers.ts";
import { createMetrics, type Verb } from "./metrics.ts";
import { type Outcome, outcomeOfStatus } from "./outcome.ts";
import { createRequestReader } from "./read-request.ts";
import { reportOf } from "./reservations/report.ts";
import { readWish } from "../cluster/reservations/wish-text.ts";
import type { ReadRequest } from "./worker/reader.ts";

export interface ExtenderDeps extends Omit<DecisionDeps, "secondLook" | "supplyIn" | "rooms"> {
  readonly registry: Registry;
  /** Largest request body in bytes. 5,000 full nodes have been seen at 57 MB. */
  readonly bodyLimitBytes: number;
  /** The worker's code, where it is not in its usual place. */
  readonly workerFile?: URL;
}

type Handler = (request: ReadRequest, deps: DecisionDeps) => Promise<Answer>;

/** The scheduler extender's paths as a fastify plugin, which may be put into more than one server. */
export function extenderRoutes(deps: ExtenderDeps): FastifyPluginAsync {
  const observe = createMetrics(deps.registry);
  // before the second look: when that hears of a change, it is in the rooms already
  const rooms = followRooms(deps.view);
  const reader = createRequestReader({ ...deps, roster: () => rooms.now().roster });
  const decisionDeps: DecisionDeps = {
    ...deps,
    rooms,
    secondLook: createSecondLook(deps),
    supplyIn: createSupplyReader(deps.names),
  };
  const memory = createChunkMemory();
  const outcomes = new WeakMap<FastifyRequest, Outcome>();

  // over its next connection the scheduler may come to the one that answers
  function refuseOnStandby(reply: FastifyReply): void {
    if (deps.reservations?.isStandby() !== true) return;
    reply.header("connection", "close");
    throw new NativestorError("unavailable", "another replica answers the scheduler: ask again");
  }

  function route(verb: Verb, handle: Handler) {
    return {
      onRequest: async (request: FastifyRequest, reply: FastifyReply) => {
        const startMs = deps.clock.monotonic();
        // whatever becomes of the request, also when the other side hangs up
        reply.raw.once("close", () => {
          const outcome = outcomes.get(request) ?? outcomeOfStatus(reply.statusCode);
          observe(verb, outcome, deps.clock.monotonic() - startMs);
        });
        reply.raw.once("close", reader.admit(request.raw));
      },
      handler: async (request: FastifyRequest, reply: FastifyReply) => {
        refuseOnStandby(reply);
        const { pieces, outcome } = await handle(await reader.read(bodyOf(request)), decisionDeps);
        outcomes.set(request, outcome);
        return sendPieces(reply, pieces, memory);
      },
    };
  }

  return async (app) => {
    app.removeAllContentTypeParsers();
    app.addContentTypeParser("application/json", (request: FastifyRequest, payload: IncomingMessage) =>
      readBody(payload, declaredLength(request), deps.bodyLimitBytes),
    );
    app.post("/filter", route("filter", answerFilter));
    app.post("/predicate", route("filter", answerFilter));
    app.post("/prioritize", route("prioritize", answerPrioritize));
    const { reservations } = deps;
    // like the other paths here, for those with a client certificate only where one is asked for
    if (reservations !== undefined) {
      app.get("/ledger", async () => reportOf(reservations.holds(), reservations.nowMs(), reservations.whyNot()));
      app.post("/reserve", async (request, reply) => {
        refuseOnStandby(reply);
        return reservations.reserve(readWish(bodyOf(request)));
      });
    }
    app.get("/status", (_request, reply) => reply.type("text/plain; charset=utf-8").send("ok"));
    app.addHook("onClose", () => {
      rooms.close();
      return reader.close();
    });
  };
}

function declaredLength({ headers }: FastifyRequest): number | undefined {
  const length = headers["content-length"];
  return length === undefined ? undefined : Number(length);
}

// a request without a content type and a body gets here without having been parsed
function bodyOf({ body }: FastifyRequest): Buffer<ArrayBuffer> {
  return (body as Buffer<ArrayBuffer> | undefined) ?? Buffer.alloc(0);
}
