/** One request to the API server. */
export interface KubeRequest {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly query?: Readonly<Record<string, string | number | boolean>>;
  readonly accept?: string;
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Of the body; JSON where absent. Patches have types of their own. */
  readonly contentType?: string;
  readonly signal?: AbortSignal;
  /** Bound for the whole answer, or for its head in `open`; 30 s where absent. */
  readonly limitMs?: number;
}

/** The way to an API server, with credentials and one shared pool of connections. */
export interface KubeAccess {
  /** URL, for people to read. */
  readonly server: string;
  /**
   * Answers the parsed body.
   * @throws KubeError with the HTTP status, or without one where no answer came
   */
  request(path: string, request?: KubeRequest): Promise<unknown>;
  /** As `request`, but answers the body as it arrives; it ends when `signal` aborts. */
  open(path: string, request?: KubeRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}
