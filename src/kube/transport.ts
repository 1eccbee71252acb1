import type { Dispatcher } from "undici";
import type { Clock } from "../base/clock.ts";
import type { KubeAccess, KubeRequest } from "./access.ts";
import type { Credentials, Identity } from "./credentials.ts";
import { createConnections } from "./dispatcher.ts";
import { KubeError, answerError, connectionError } from "./errors.ts";
import { limitTime } from "./limit.ts";

const defaultLimitMs = 30_000;

/** Requests over one pool of connections, each with the credentials of the moment. */
export function createTransport(credentials: Credentials, clock: Clock): KubeAccess {
  const connections = createConnections(credentials.proxy);
  const base = new URL(credentials.server);
  const prefix = base.pathname.replace(/\/$/, "");

  async function dispatch(path: string, request: KubeRequest, identity: Identity, signal: AbortSignal) {
    return connections.dispatcherFor(identity.tls).request({
      origin: base.origin,
      path: `${prefix}${path}${queryOf(request.query)}`,
      method: request.method ?? "GET",
      headers: headersOf(request, identity),
      body: request.body === undefined ? null : JSON.stringify(request.body),
      signal,
    });
  }

  // a token may have been exchanged since it was read: a refusal is asked once more with what is there now
  async function send(path: string, request: KubeRequest, signal: AbortSignal) {
    const identity = await credentials.current();
    const answer = await dispatch(path, request, identity, signal);
    if (answer.statusCode !== 401) return answer;
    credentials.forget();
    const fresh = await credentials.current();
    if (fresh.headers.authorization === identity.headers.authorization) return answer;
    await answer.body.dump();
    return dispatch(path, request, fresh, signal);
  }

  return {
    server: credentials.server,
    request: async (path, request = {}) => {
      const what = nameOf(path, request);
      const limit = limitTime(clock, request.limitMs ?? defaultLimitMs, () => tooLate(what, request), request.signal);
      try {
        const answer = await send(path, request, limit.signal);
        const body = await answer.body.text();
        if (answer.statusCode >= 300) throw answerError(what, answer.statusCode, body);
        return parse(what, answer.statusCode, body);
      } catch (error) {
        throw connectionError(what, error);
      } finally {
        limit.release();
      }
    },
    open: async (path, request = {}) => {
      const what = nameOf(path, request);
      const limit = limitTime(clock, request.limitMs ?? defaultLimitMs, () => tooLate(what, request), request.signal);
      try {
        const answer = await send(path, request, limit.signal);
        if (answer.statusCode >= 300) throw answerError(what, answer.statusCode, await answer.body.text());
        limit.lift();
        return bodyOf(answer, what, () => limit.release());
      } catch (error) {
        limit.release();
        throw connectionError(what, error);
      }
    },
    close: () => connections.close(),
  };
}

async function* bodyOf(answer: Dispatcher.ResponseData, what: string, release: () => void): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of answer.body) yield chunk as Uint8Array;
  } catch (error) {
    throw connectionError(what, error);
  } finally {
    release();
  }
}

function headersOf(request: KubeRequest, identity: Identity): Record<string, string> {
  return {
    ...identity.headers,
    accept: request.accept ?? "application/json",
    "user-agent": "nativestor",
    ...(request.body !== undefined && { "content-type": request.contentType ?? "application/json" }),
  };
}

function queryOf(query: KubeRequest["query"]): string {
  const pairs = Object.entries(query ?? {}).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  return pairs.length === 0 ? "" : `?${pairs.join("&")}`;
}

function parse(what: string, status: number, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new KubeError(undefined, `${what}: ${status} with a body that is no JSON`, { cause: error });
  }
}

function nameOf(path: string, { method = "GET" }: KubeRequest): string {
  return `${method} ${path}`;
}

function tooLate(what: string, { limitMs = defaultLimitMs }: KubeRequest): KubeError {
  return new KubeError(undefined, `${what}: no answer within ${limitMs} ms`);
}
