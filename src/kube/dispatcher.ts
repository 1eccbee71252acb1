import { createHash } from "node:crypto";
import { Agent, type Dispatcher, ProxyAgent } from "undici";
import type { TlsMaterial } from "./credentials.ts";

/** One pool of connections to the API server. */
export interface Connections {
  /** The pool for these certificates; when they change a new one follows, and the old one ends with its last request. */
  dispatcherFor(tls: TlsMaterial): Dispatcher;
  close(): Promise<void>;
}

/**
 * TCP keep-alive: probes after 10 s of silence, then each second, ten of them (libuv's figures): a peer that is gone is
 * noticed after 20 s.
 */
const keepAliveAfterMs = 10_000;
const connectLimitMs = 10_000;
/** Idle connections are given up long before the API server does (90 s), so that no request meets a closing one. */
const idleMs = 30_000;

/** @param proxy URL of an HTTP proxy on the way */
export function createConnections(proxy: string | undefined): Connections {
  let current: { dispatcher: Dispatcher; mark: string } | undefined;

  function dispatcherFor(tls: TlsMaterial): Dispatcher {
    const mark = fingerprint(tls);
    if (current?.mark === mark) return current.dispatcher;
    const old = current?.dispatcher;
    const dispatcher = create(tls, proxy);
    current = { dispatcher, mark };
    old?.close().catch(() => undefined); // one that is destroyed meanwhile has nothing left to close
    return dispatcher;
  }

  return {
    dispatcherFor,
    close: async () => {
      await current?.dispatcher.destroy();
      current = undefined;
    },
  };
}

function create(tls: TlsMaterial, proxy: string | undefined): Dispatcher {
  const connect = { ...tls, timeout: connectLimitMs, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs };
  // HTTP/1.1: a watch has a connection of its own, so that one lost connection is one lost watch and not all of them
  const options = { allowH2: false, keepAliveTimeout: idleMs, headersTimeout: 0, bodyTimeout: 0 };
  return proxy === undefined
    ? new Agent({ ...options, connect })
    : new ProxyAgent({ ...options, uri: proxy, requestTls: connect });
}

function fingerprint(tls: TlsMaterial): string {
  const hash = createHash("sha256");
  for (const [name, value] of Object.entries(tls))
    hash.update(`${name}:`).update(Buffer.isBuffer(value) ? value : `${value};`);
  return hash.digest("hex");
}
