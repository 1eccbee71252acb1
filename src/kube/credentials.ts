import type { Clock } from "../base/clock.ts";

/** What TLS is made with; PEM. */
export interface TlsMaterial {
  readonly ca?: string | Buffer;
  readonly cert?: string | Buffer;
  readonly key?: string | Buffer;
  /** Name that the server's certificate has to carry, where it is not the host's. */
  readonly servername?: string;
  readonly rejectUnauthorized?: boolean;
}

/** Who we are to the API server at this moment. */
export interface Identity {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsMaterial;
}

/** Where the API server is, and who we are to it. */
export interface Credentials {
  /** URL of the API server; may have a path, as behind Rancher. */
  readonly server: string;
  /** URL of an HTTP proxy on the way. */
  readonly proxy: string | undefined;
  current(): Promise<Identity>;
  /** The server refused what `current` gave: the next call reads it anew. */
  forget(): void;
}

/** Reads the identity from where it is kept. `fresh` asks for one that no cache holds. */
export type LoadIdentity = (fresh: boolean) => Promise<Identity>;

/** How long an identity is used before its files are read again. client-go takes a minute for token files too. */
const rereadMs = 60_000;

/** Keeps an identity for a minute. Where it cannot be read again, the last one is used on: it may still be good. */
export function keepIdentity(load: LoadIdentity, clock: Clock): Pick<Credentials, "current" | "forget"> {
  let last: { identity: Identity; readAt: number } | undefined;
  let reading: Promise<Identity> | undefined;
  let refused = false;

  async function read(): Promise<Identity> {
    const fresh = refused;
    refused = false;
    try {
      const identity = await load(fresh);
      last = { identity, readAt: clock.monotonic() };
      return identity;
    } catch (error) {
      if (last === undefined) throw error;
      return last.identity;
    } finally {
      reading = undefined;
    }
  }

  return {
    current: async () => {
      if (last !== undefined && !refused && clock.monotonic() - last.readAt < rereadMs) return last.identity;
      reading ??= read();
      return reading;
    },
    forget: () => {
      refused = true;
    },
  };
}
