import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Clock, systemClock } from "../../src/base/clock.ts";
import type { Identity } from "../../src/kube/credentials.ts";
import { createTransport } from "../../src/kube/transport.ts";

/** A server that answers as the test says; answers its URL. */
export async function serve(t: TestContext, listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

export interface AccessOptions {
  readonly clock?: Clock;
  readonly current?: () => Promise<Identity>;
  readonly forget?: () => void;
}

/** A transport to this server. */
export function accessTo(t: TestContext, server: string, options: AccessOptions = {}) {
  const { clock = systemClock, current = async () => ({ headers: {}, tls: {} }), forget = () => undefined } = options;
  const access = createTransport({ server, proxy: undefined, current, forget }, clock);
  t.after(() => access.close());
  return access;
}

/** Everything that a stream gives. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const one of stream) all.push(one);
  return all;
}

/** A folder that is gone after the test. */
export async function scratch(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "nativestor-kube-"));
  t.after(() => rm(folder, { recursive: true }));
  return folder;
}
