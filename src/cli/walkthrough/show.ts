import { messageOf } from "../../base/errors.ts";
import { demandOf } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { readPod } from "../../cluster/objects/pod.ts";
import type { ClusterView, NodeFacts } from "../../cluster/view.ts";
import { type Address, formatAddress } from "../../base/address.ts";
import { type Paint, paintFor } from "../table.ts";
import { type Client, createClient } from "./client.ts";
import { curlCommands, type Example } from "./commands.ts";
import { place, type Placement, type Subject } from "./place.ts";
import { renderNodes, renderPlacements } from "./render.ts";

/** What is shown. */
export interface Show {
  readonly view: ClusterView;
  readonly pods: readonly unknown[];
  readonly names: Names;
  /** Where the service listens. */
  readonly listen: Address;
  readonly authority: { readonly path: string; readonly pem: string } | undefined;
  /** Folder of the manifests; undefined on a cluster. */
  readonly folder: string | undefined;
}

/** Pods that are sent: enough to see, and over in a moment. */
const mostPods = 200;

/** Prints the room on the nodes, how each pod is placed by the running service, and commands to try. */
export async function showWalkthrough(show: Show, print: (text: string) => void, colour: boolean): Promise<void> {
  const { view, listen, authority, folder } = show;
  const paint = paintFor(colour);
  const origin = `https://${formatAddress(reachable(listen))}`;
  const nodes = [...view.nodes()];
  print(
    `\n${paint.bold(`NativeStor answers at ${origin}${folder === undefined ? "" : `, for the cluster in ${folder}`}`)}\n`,
  );
  print(`\n${nodes.length === 0 ? "There are no nodes yet.\n" : renderNodes(nodes, paint)}`);
  const client = createClient(origin, authority?.pem);
  try {
    const example = await showPlacements(show, client, print, paint);
    const commands = curlCommands({ ...show, origin, authorityPath: authority?.path, nodes: namesOf(nodes), example });
    print(`\n${paint.bold("Try it yourself:")}\n\n${commands}`);
  } catch (error) {
    // it is for looking only: the service goes on
    print(`\n${paint.bad(`The pods cannot be shown: ${messageOf(error)}`)}\n`);
  } finally {
    client.close();
  }
  const hint = folder === undefined ? "" : `Edit the files in ${folder} and ask again: a change counts at once. `;
  print(`\n${paint.dim(`${hint}Ctrl-C stops.`)}\n`);
}

// answers a pod for the commands: one that fits somewhere, else one that asks for something
async function showPlacements(
  { view, pods, names }: Show,
  client: Client,
  print: (text: string) => void,
  paint: Paint,
): Promise<Example | undefined> {
  const nodes = namesOf(view.nodes());
  const examples: (Example & { readonly placement: Placement })[] = [];
  // one after the other, as a scheduler does it
  for (const subject of pods.slice(0, mostPods).map(subjectOf)) {
    const answered = await place(subject, nodes, client, names);
    const placement = { ...answered, warnings: [...answered.warnings, ...missingOf(subject, view, names)] };
    examples.push({ subject, demand: placement.demand, placement });
  }
  if (examples.length === 0) return undefined;
  const placements = examples.map(({ placement }) => placement);
  const title = "Each pod, sent as the API server and kube-scheduler send it:";
  print(`\n${paint.bold(title)}\n\n${renderPlacements(placements, pods.length, paint)}`);
  return examples.find(({ placement }) => placement.fits.length > 0) ?? examples.find(({ demand }) => demand.size > 0);
}

// admission says nothing of a claim that does not exist: it may come in a moment. In a folder it does not
function missingOf({ object }: Subject, view: ClusterView, names: Names): string[] {
  const { missingClaims } = demandOf(readPod(object), view, names);
  return missingClaims.map((claim) => `there is no claim ${claim}`);
}

function namesOf(nodes: Iterable<NodeFacts>): string[] {
  return [...nodes].map(({ name }) => name);
}

function subjectOf(object: unknown): Subject {
  const { namespace, name } = readPod(object);
  return { namespace, name, object };
}

// an address that stands for all of them is none to call
function reachable({ host, port }: Address): Address {
  if (host === "0.0.0.0") return { host: "127.0.0.1", port };
  return { host: host === "::" ? "::1" : host, port };
}
