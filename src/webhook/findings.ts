import type { NodeFacts } from "../cluster/view.ts";
import { offeredClasses, optionClassesOf } from "./offers.ts";
import { quoted, quotedList } from "./text.ts";

/** Text for a device class (annotation form) that is on no node. */
export function noNodeHasClass(deviceClass: string, nodes: readonly NodeFacts[]): string {
  const offered = offeredClasses(nodes);
  const others = offered.length === 0 ? "no node offers any yet" : `the nodes offer ${quotedList(offered)}`;
  return `no node offers the device class ${quoted(deviceClass)}; ${others}`;
}

/** Text for an option class that none of the nodes with its device class has; none where one of them may have it. */
export function noNodeHasOptionClass(deviceClass: string, optionClass: string, nodes: readonly NodeFacts[]): string[] {
  const optionClasses = optionClassesOf(deviceClass, nodes);
  if (optionClasses === undefined || optionClasses.has(optionClass)) return [];
  const others = optionClasses.size === 0 ? "they offer none" : `they offer ${quotedList([...optionClasses].sort())}`;
  const where = `no node with the device class ${quoted(deviceClass)}`;
  return [`${where} offers the lvcreate option class ${quoted(optionClass)}; ${others}`];
}
