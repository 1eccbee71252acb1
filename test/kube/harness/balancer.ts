import { connect, createServer, type Socket } from "node:net";
import { freePorts } from "./ports.ts";

/** What a Service is to its clients: each connection goes to one of the backends that take it. */
export interface Balancer {
  readonly port: number;
  close(): void;
}

/** @param backends ports of 127.0.0.1, looked at for each connection: they may change */
export async function startBalancer(backends: readonly number[]): Promise<Balancer> {
  const [port = 0] = await freePorts(1);
  const sockets = new Set<Socket>();
  let turn = 0;

  function serve(client: Socket, tries: number): void {
    const backend = connect({ host: "127.0.0.1", port: backends[(turn += 1) % backends.length] ?? 0 });
    sockets.add(client).add(backend);
    let isConnected = false;
    backend.once("connect", () => {
      isConnected = true;
      client.pipe(backend).pipe(client);
    });
    // what follows an error is the end
    backend.on("error", () => undefined);
    client.on("error", () => undefined);
    backend.on("close", () => {
      sockets.delete(backend);
      if (!isConnected && tries > 1) serve(client, tries - 1);
      else client.destroy();
    });
    client.on("close", () => {
      sockets.delete(client);
      backend.destroy();
    });
  }

  const server = createServer((client) => serve(client, backends.length));
  const { promise, resolve } = Promise.withResolvers<void>();
  server.listen(port, "127.0.0.1", resolve);
  await promise;
  return {
    port,
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}
