import { execFileSync } from "node:child_process";
import { connect, createServer, type Socket } from "node:net";

/** Where connections to an address of a Service go at the moment. */
export type Target = () => Promise<{ readonly host: string; readonly port: number }>;

/**
 * Stands in for kube-proxy: takes an address of a Service for this machine, on the bridge of the nodes, and hands connections to
 * port 443 on. The answer ends it.
 */
export async function serveAddress(address: string, target: Target): Promise<() => void> {
  takeAddress(address);
  const server = createServer((client) => {
    client.on("error", () => client.destroy());
    handOn(client, target).catch(() => client.destroy());
  });
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(443, address, resolve));
  return () => void server.close();
}

async function handOn(client: Socket, target: Target): Promise<void> {
  const { host, port } = await target();
  const there = connect(port, host);
  there.on("error", () => client.destroy());
  client.on("close", () => there.destroy());
  there.on("close", () => client.destroy());
  client.pipe(there).pipe(client);
}

/** Makes an address one of this machine's, in the namespace of this process. */
export function takeAddress(address: string): void {
  execFileSync("ip", ["address", "add", `${address}/32`, "dev", "br0"]);
}
