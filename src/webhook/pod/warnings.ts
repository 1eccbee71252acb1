import type { Demand, DemandPart, PodDemand } from "../../capacity/demand.ts";
import { fits } from "../../capacity/fit.ts";
import { formatBytes } from "../../capacity/quantity.ts";
import type { NodeFacts } from "../../cluster/view.ts";
import { type ClassOffer, type OfferFor, offerOf } from "../offers.ts";
import { noNodeHasClass, noNodeHasOptionClass } from "../findings.ts";
import { boundWarnings, quoted } from "../text.ts";

/**
 * What a person should know of a pod that will have to wait as things are. Costs one look at each node until one fits,
 * and none where a class is short on all of them.
 * @param nodes all of them, as of a view that is fresh
 * @param offerFor what they offer of a class
 */
export function warningsFor(
  demand: PodDemand,
  nodes: readonly NodeFacts[],
  offerFor: OfferFor = (deviceClass) => offerOf(deviceClass, nodes),
): string[] {
  return boundWarnings([
    ...demand.missingStorageClasses.map((name) => `StorageClass ${quoted(name)} does not exist: the pod waits for it`),
    ...roomWarnings(demand.unbound, nodes, offerFor),
    ...optionClassWarnings(demand.parts, nodes),
  ]);
}

function roomWarnings(demand: Demand, nodes: readonly NodeFacts[], offerFor: OfferFor): string[] {
  const offers = new Map([...demand.keys()].map((deviceClass) => [deviceClass, offerFor(deviceClass)]));
  const isShort = [...demand].some(([deviceClass, bytes]) => (offers.get(deviceClass)?.mostFreeBytes ?? -1n) < bytes);
  if (!isShort && (demand.size === 0 || nodes.some(({ supply }) => fits(demand, supply) === undefined))) return [];
  const absent = [...offers].filter(([, offer]) => offer.nodes === 0).map(([deviceClass]) => deviceClass);
  if (absent.length > 0) return absent.map((deviceClass) => noNodeHasClass(deviceClass, nodes));
  return [noRoom(demand, offers)];
}

// the class that no node has room for, else all of them: there are nodes for each one, and none for all
function noRoom(demand: Demand, offers: ReadonlyMap<string, ClassOffer>): string {
  const asked = [...demand].map(([deviceClass, bytes]) => {
    const most = offers.get(deviceClass)?.mostFreeBytes;
    return { text: figures(deviceClass, bytes, most), isShort: most === undefined || most < bytes };
  });
  const short = asked.filter((one) => one.isShort);
  const together = short.length === 0 ? "together " : "";
  const texts = (short.length === 0 ? asked : short).map((one) => one.text);
  return `no node has room for the pod's volumes ${together}now: ${texts.join("; ")}`;
}

function figures(deviceClass: string, bytes: bigint, most: bigint | undefined): string {
  const free = most === undefined ? "no node tells its free room" : `at most ${formatBytes(most)} free on one node`;
  return `${quoted(deviceClass)}: asked ${formatBytes(bytes, "up")}, ${free}`;
}

function optionClassWarnings(parts: readonly DemandPart[], nodes: readonly NodeFacts[]): string[] {
  const asked = new Map<string, DemandPart>();
  for (const part of parts) {
    if (part.optionClass !== undefined) asked.set(JSON.stringify([part.deviceClass, part.optionClass]), part);
  }
  return [...asked.values()].flatMap(({ deviceClass, optionClass = "" }) =>
    noNodeHasOptionClass(deviceClass, optionClass, nodes),
  );
}
