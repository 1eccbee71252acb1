/** Where to listen. */
export interface Address {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
}

/**
 * Reads HOST:PORT; `:PORT` listens on every address, as in Go, and an IPv6 address stands in brackets.
 * @throws Error that says what would be right
 */
export function parseAddress(raw: unknown): Address {
  const match = typeof raw === "string" ? /^(?:\[([0-9a-fA-F:.]+)\]|([^:[\]\s]*)):(\d{1,5})$/.exec(raw) : null;
  const port = Number(match?.[3]);
  if (match === null || port > 65_535)
    throw new Error("must be HOST:PORT, such as 127.0.0.1:9443, [::1]:9443 or :9443, with a port up to 65535");
  return { host: match[1] ?? (match[2] || "0.0.0.0"), port };
}

/** Writes HOST:PORT. */
export function formatAddress({ host, port }: Address): string {
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}
