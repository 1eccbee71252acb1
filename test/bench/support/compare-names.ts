import { namesBodies } from "./bodies.ts";
import type { ClusterSize, Share } from "./cluster.ts";
import { connect } from "./connection.ts";
import { oneByOne } from "./load.ts";
import { type Pair, prepare } from "./pair.ts";
import { type Comparison, compare } from "./rounds.ts";

/** A kind of request with names only. */
export interface NamesCase {
  readonly path: "/filter" | "/prioritize";
  readonly share: Share;
}

/** How many requests each side is sent. */
export interface Counts {
  readonly rounds: number;
  readonly perRound: number;
  readonly warmUp: number;
}

export interface NamesComparison {
  readonly requestBytes: number;
  readonly answerBytes: number;
  readonly comparison: Comparison;
}

/** Service against echo, one request after the other over one connection each, as kube-scheduler sends them. */
export async function compareNames(
  pair: Pair,
  { path, share }: NamesCase,
  size: ClusterSize,
  { rounds, perRound, warmUp }: Counts,
): Promise<NamesComparison> {
  const { requests, requestBytes, answerBytes } = await prepare(pair, path, namesBodies(share, size));
  const connections = new Map([
    [pair.service, await connect(pair.service.endpoint)],
    [pair.echo, await connect(pair.echo.endpoint)],
  ]);
  for (const connection of connections.values()) await oneByOne(connection, requests, warmUp);
  const comparison = await compare(pair, rounds, (server) => oneByOne(connections.get(server)!, requests, perRound));
  for (const connection of connections.values()) connection.close();
  return { requestBytes, answerBytes, comparison };
}

/** Size of a request and of its answer, for a table. */
export function kilobytes({ requestBytes, answerBytes }: NamesComparison): string {
  return `${Math.round(requestBytes / 1000)} / ${Math.round(answerBytes / 1000)}`;
}
