import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { SecureContextOptions } from "node:tls";
import { answerWrite } from "./fake-writes.ts";

/** An object as a test writes it. */
export interface KubeObject {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** In-memory twin of what we use of an API server: list with pages, watch with bookmarks, get, and writes. */
export interface FakeApiServer {
  readonly url: string;
  /** Every request, as `METHOD URL`. */
  readonly requests: string[];
  /** Headers of every request, in the same order. */
  readonly headers: IncomingMessage["headers"][];
  /** Position in history. */
  readonly version: number;
  readonly openWatches: number;
  /** Answers the next matching requests itself; false leaves one to the server. */
  intercept: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  apply(object: KubeObject): void;
  remove(object: KubeObject): void;
  /** The object as it is now. */
  find(kind: string, name: string, namespace?: string): KubeObject | undefined;
  /** All objects of a kind. */
  all(kind: string): KubeObject[];
  /** Forgets the history: a watch or a page from before now gets 410, in the way named. */
  compact(how?: "http" | "event"): void;
  /** Sends a line as it is to all watches of a collection. */
  send(kind: string, line: string | Buffer): void;
  bookmark(): void;
  /** Breaks all connections. */
  cut(): void;
  /** Ends all watches in the ordinary way. */
  endWatches(): void;
  close(): Promise<void>;
}

const collections: Record<string, string> = {
  Node: "/api/v1/nodes",
  PersistentVolumeClaim: "/api/v1/persistentvolumeclaims",
  StorageClass: "/apis/storage.k8s.io/v1/storageclasses",
  Pod: "/api/v1/pods",
  PersistentVolume: "/api/v1/persistentvolumes",
  VolumeSnapshotContent: "/apis/snapshot.storage.k8s.io/v1/volumesnapshotcontents",
  LogicalVolume: "/apis/topolvm.io/v1/logicalvolumes",
  Lease: "/apis/coordination.k8s.io/v1/leases",
  Event: "/apis/events.k8s.io/v1/events",
};

interface Event {
  readonly at: number;
  readonly path: string;
  readonly type: string;
  readonly object: KubeObject;
}

/** @param tls makes it speak HTTPS; without it, plain HTTP */
export async function startFakeApiServer(tls?: SecureContextOptions): Promise<FakeApiServer> {
  const objects = new Map<string, KubeObject>();
  const snapshots = new Map<string, KubeObject[]>();
  const watches = new Map<
    ServerResponse,
    { path: string; partial: boolean; passes: (object: KubeObject) => boolean }
  >();
  const sockets = new Set<Socket>();
  let history: Event[] = [];
  let [version, oldest] = [1, 1];
  let goneBy: "http" | "event" = "http";

  const idOf = (object: KubeObject) =>
    `${collections[object.kind]} ${object.metadata.namespace ?? ""}/${object.metadata.name}`;
  const gone = { kind: "Status", code: 410, reason: "Expired", message: "too old resource version" };

  function tell(type: string, object: KubeObject): KubeObject {
    version += 1;
    const stamped = { ...object, metadata: { ...object.metadata, resourceVersion: String(version) } };
    const path = collections[object.kind] ?? "";
    if (type === "DELETED") objects.delete(idOf(object));
    else objects.set(idOf(object), stamped);
    const event = { at: version, path, type, object: stamped };
    history.push(event);
    for (const [response, watch] of watches)
      if (watch.path === path && watch.passes(stamped)) writeEvent(response, event, watch.partial);
    return stamped;
  }

  function matching(path: string, namespace: string | undefined, url: URL): KubeObject[] {
    const wanted = /^(.+?)=(.*)$/.exec(url.searchParams.get("fieldSelector") ?? "");
    return [...objects]
      .filter(([id]) => id.startsWith(`${path} `))
      .map(([, object]) => object)
      .filter((object) => namespace === undefined || object.metadata.namespace === namespace)
      .filter((object) => wanted === null || valueAt(object, wanted[1] ?? "") === wanted[2]);
  }

  function list(
    path: string,
    namespace: string | undefined,
    url: URL,
    partial: boolean,
    response: ServerResponse,
  ): void {
    const [from, offset] = (url.searchParams.get("continue") ?? `${version}:0`).split(":").map(Number) as [
      number,
      number,
    ];
    if (from < oldest) return answer(response, 410, gone);
    if (offset === 0) snapshots.set(`${path} ${from}`, matching(path, namespace, url));
    const all = snapshots.get(`${path} ${from}`) ?? [];
    const end = offset + Number(url.searchParams.get("limit") ?? all.length);
    const items = all.slice(offset, end).map((object) => shape(object, partial));
    const next = end < all.length ? { continue: `${from}:${end}` } : {};
    answer(response, 200, { metadata: { resourceVersion: String(from), ...next }, items });
  }

  function watch(path: string, url: URL, partial: boolean, response: ServerResponse): void {
    const from = Number(url.searchParams.get("resourceVersion"));
    if (from < oldest && goneBy === "http") return answer(response, 410, gone);
    response.writeHead(200, { "content-type": "application/json" });
    response.flushHeaders();
    if (from < oldest) return void response.end(`${JSON.stringify({ type: "ERROR", object: gone })}\n`);
    const wanted = /^(.+?)=(.*)$/.exec(url.searchParams.get("fieldSelector") ?? "");
    const passes = (object: KubeObject) => wanted === null || valueAt(object, wanted[1] ?? "") === wanted[2];
    for (const event of history)
      if (event.path === path && event.at > from && passes(event.object)) writeEvent(response, event, partial);
    watches.set(response, { path, partial, passes });
    response.on("close", () => watches.delete(response));
  }

  function find(collection: string, namespace: string | undefined, name: string): KubeObject | undefined {
    return objects.get(`${collection} ${namespace ?? ""}/${name}`);
  }

  function get(place: Place, response: ServerResponse): void {
    const object = find(place.collection, place.namespace, place.name ?? "");
    if (object === undefined) answer(response, 404, { kind: "Status", code: 404, message: "not found" });
    else answer(response, 200, object);
  }

  const api: FakeApiServer = {
    url: "",
    requests: [],
    headers: [],
    get version() {
      return version;
    },
    get openWatches() {
      return watches.size;
    },
    intercept: undefined,
    apply: (object) => void tell(objects.has(idOf(object)) ? "MODIFIED" : "ADDED", object),
    remove: (object) => void tell("DELETED", object),
    find: (kind, name, namespace) => find(collections[kind] ?? "", namespace, name),
    all: (kind) => [...objects.values()].filter((object) => object.kind === kind),
    compact: (how = "http") => {
      history = [];
      version += 1;
      oldest = version;
      goneBy = how;
      snapshots.clear();
    },
    send: (kind, line) => {
      for (const [response, { path }] of watches) if (path === collections[kind]) response.write(line);
    },
    bookmark: () => {
      const object = { metadata: { resourceVersion: String(version) } };
      for (const response of watches.keys()) response.write(`${JSON.stringify({ type: "BOOKMARK", object })}\n`);
    },
    cut: () => {
      for (const socket of sockets) socket.destroy();
    },
    endWatches: () => {
      for (const response of watches.keys()) response.end();
      watches.clear();
    },
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };

  const listener: RequestListener = (request, response) => {
    api.requests.push(`${request.method} ${request.url}`);
    api.headers.push(request.headers);
    if (api.intercept?.(request, response)) return;
    const url = new URL(request.url ?? "/", "http://x");
    const partial = (request.headers.accept ?? "").includes("as=PartialObjectMetadata");
    const place = placeOf(url.pathname);
    const kind = Object.keys(collections).find((kind) => collections[kind] === place.collection);
    if (url.pathname === "/version") answer(response, 200, { major: "1" });
    else if (kind !== undefined && request.method !== "GET")
      void answerWrite({ request, response, place: { ...place, kind }, tell, find });
    else if (kind === undefined || place.name !== undefined) get(place, response);
    else if (url.searchParams.has("watch")) watch(place.collection, url, partial, response);
    else list(place.collection, place.namespace, url, partial, response);
  };
  const server = tls === undefined ? createServer(listener) : createSecureServer(tls, listener);
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.defineProperty(api, "url", {
    value: `${tls === undefined ? "http" : "https"}://127.0.0.1:${(server.address() as AddressInfo).port}`,
  });
}

/** What a path is about. */
export interface Place {
  /** Path of the collection in all namespaces. */
  readonly collection: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly isStatus: boolean;
}

function placeOf(path: string): Place {
  const match = /^(\/api\/v1|\/apis\/[^/]+\/[^/]+)(?:\/namespaces\/([^/]+))?\/([^/]+)(?:\/([^/]+))?(\/status)?$/.exec(
    path,
  );
  const [, group = path, namespace, resource = "", name, status] = match ?? [];
  return { collection: `${group}/${resource}`, namespace, name, isStatus: status !== undefined };
}

function valueAt(object: KubeObject, field: string): unknown {
  return field.split(".").reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
}

function shape(object: KubeObject, partial: boolean): unknown {
  return partial ? { kind: "PartialObjectMetadata", metadata: object.metadata } : object;
}

function writeEvent(response: ServerResponse, { type, object }: Event, partial: boolean): void {
  response.write(`${JSON.stringify({ type, object: shape(object, partial) })}\n`);
}

function answer(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify(body));
}
