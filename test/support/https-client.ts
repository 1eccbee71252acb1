import http, { type IncomingHttpHeaders } from "node:http";
import https from "node:https";
import { buffer } from "node:stream/consumers";

export interface Response {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as JSON. */
  readonly json: () => unknown;
}

export interface RequestOptions extends Omit<https.RequestOptions, "headers"> {
  readonly headers?: Record<string, string>;
  readonly body?: string | Buffer;
}

/** One request over https or, where `protocol` is `http:`, over http. Rejects when no answer comes. */
export async function request(options: RequestOptions): Promise<Response> {
  const { body, headers: given, ...rest } = options;
  // Node leaves it out for DELETE, and the server then takes the body for nothing
  const isTold = body === undefined || given?.["transfer-encoding"] !== undefined;
  const length = isTold ? {} : { "content-length": String(Buffer.byteLength(body)) };
  const { promise, resolve, reject } = Promise.withResolvers<http.IncomingMessage>();
  const sent = (rest.protocol === "http:" ? http : https).request(
    { host: "127.0.0.1", agent: false, headers: { ...length, ...given }, ...rest },
    resolve,
  );
  sent.on("error", reject);
  sent.end(body);
  const response = await promise;
  const text = (await buffer(response)).toString("utf8");
  const { statusCode = 0, headers } = response;
  return { status: statusCode, headers, text, json: () => JSON.parse(text) as unknown };
}

/** A POST of JSON. */
export function post(path: string, body: unknown, options: RequestOptions): Promise<Response> {
  const text = typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const headers = { "content-type": "application/json", "content-length": String(Buffer.byteLength(text)) };
  return request({ method: "POST", path, body: text, ...options, headers: { ...headers, ...options.headers } });
}
