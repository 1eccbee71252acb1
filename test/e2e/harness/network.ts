import { execFileSync } from "node:child_process";
import { networkInterfaces } from "node:os";

/** Address of the machine that the control plane is on, in the network of the nodes. */
export const hostAddress = "10.210.0.1";

/** A node's place in the network. */
export interface Place {
  /** Network device of this machine that leads to it. */
  readonly tap: string;
  readonly address: string;
  /** Addresses for its pods. */
  readonly podSubnet: string;
}

/** The place of the node of this number, from 1. */
export function placeOf(number: number): Place {
  return { tap: `tap${number}`, address: `10.210.0.${10 + number}`, podSubnet: `10.211.${number}.0/24` };
}

/**
 * Makes a bridge with one port per node, in the network namespace of this process, with which it goes away.
 * @throws Error where that is the machine's own namespace
 */
export function makeNetwork(places: readonly Place[]): void {
  // in a new namespace nothing is up, not even the loopback device
  if (Object.keys(networkInterfaces()).length > 0)
    throw new Error(
      "this suite changes the network, so it runs in namespaces of its own: `npm test -- e2e` makes them",
    );
  ip("link set lo up");
  ip("link add br0 type bridge");
  ip(`address add ${hostAddress}/24 dev br0`);
  ip("link set br0 up");
  for (const { tap } of places) {
    ip(`tuntap add ${tap} mode tap`);
    ip(`link set ${tap} master br0 up`);
  }
}

/** Takes the node at a place off the network, without a word to anybody, or brings it back. */
export function setConnected({ tap }: Place, connected: boolean): void {
  // the guest would take a device that is down for a broken one
  ip(`link set ${tap} ${connected ? "master br0" : "nomaster"}`);
}

/** Resets every connection to a port of this machine. @throws Error where there was none */
export function cutConnections(port: number): void {
  const killed = execFileSync("ss", ["--kill", "--no-header", "--tcp", `sport = :${port}`], { encoding: "utf8" });
  if (killed.trim() === "") throw new Error(`no connection to port ${port} was cut`);
}

function ip(args: string): void {
  execFileSync("ip", args.split(" "));
}
