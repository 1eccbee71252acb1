import { Agent, request } from "node:https";
import { messageOf, NativestorError } from "../../base/errors.ts";

/** The running service, as a client that trusts its authority sees it. */
export interface Client {
  /** `https://HOST:PORT`. */
  readonly origin: string;
  /**
   * Sends JSON and answers the JSON that comes back.
   * @throws NativestorError `unavailable` with the status or what TLS says
   */
  post(path: string, body: unknown): Promise<unknown>;
  close(): void;
}

/**
 * Talks HTTPS to `origin`.
 * @param authority PEM of the authority to trust; undefined trusts the system's
 */
export function createClient(origin: string, authority: string | undefined): Client {
  const agent = new Agent({ keepAlive: true, ...(authority === undefined ? {} : { ca: authority }) });
  return {
    origin,
    post: async (path, body) => {
      const { status, text } = await send(agent, `${origin}${path}`, JSON.stringify(body)).catch((error: unknown) => {
        throw new NativestorError("unavailable", `${path} cannot be asked: ${messageOf(error)}`, { cause: error });
      });
      if (status !== 200) throw new NativestorError("unavailable", `${path} answered ${status}: ${text.slice(0, 500)}`);
      return JSON.parse(text) as unknown;
    },
    close: () => agent.destroy(),
  };
}

function send(agent: Agent, url: string, body: string): Promise<{ status: number | undefined; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number | undefined; text: string }>();
  const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
  const sent = request(url, { agent, method: "POST", headers }, (response) => {
    const pieces: Buffer[] = [];
    response.on("data", (piece: Buffer) => pieces.push(piece));
    response.on("end", () => resolve({ status: response.statusCode, text: Buffer.concat(pieces).toString() }));
    response.on("error", reject);
  });
  sent.on("error", reject);
  sent.end(body);
  return promise;
}
