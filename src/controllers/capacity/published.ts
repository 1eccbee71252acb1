import type { Names } from "../../capacity/names.ts";
import type { RoomByClass } from "../../capacity/supply.ts";
import type { Applied } from "../../kube/apply.ts";
import type { OwnNode } from "./own-node.ts";

/** What a node's agent says on its Node. */
export interface Published {
  readonly figures: RoomByClass;
  readonly generation: number | undefined;
  /** Option classes that lvmd offers, where that is known. */
  readonly optionClasses: readonly string[] | undefined;
  /** When room that nobody knows any more was given up, as RFC 3339. */
  readonly unavailableSince: string | undefined;
}

/** The Node as server-side apply takes it. */
export function appliedNode(node: OwnNode, published: Published, names: Names): Applied {
  return {
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: node.name,
      uid: node.uid,
      labels: { [names.topologyKey]: node.name },
      annotations: annotationsOf(published, names),
      finalizers: [names.nodeFinalizer],
    },
  };
}

function annotationsOf({ figures, generation, optionClasses, unavailableSince }: Published, names: Names) {
  return {
    ...Object.fromEntries([...figures].map(([name, bytes]) => [`${names.capacityPrefix}${name}`, String(bytes)])),
    ...(generation !== undefined && { [names.generationAnnotation]: String(generation) }),
    ...(optionClasses !== undefined && { [names.optionClassesAnnotation]: optionClasses.join(",") }),
    ...(unavailableSince !== undefined && { [names.unavailableAnnotation]: unavailableSince }),
  };
}

/** Whether the Node says that already, but for the generation of its figures. */
export function isSaid(node: OwnNode, published: Published, names: Names): boolean {
  const wanted = annotationsOf({ ...published, generation: node.generation }, names);
  return (
    Object.entries(wanted).every(([key, value]) => node.annotations[key] === value) &&
    staleAnnotations(node, published, names).length === 0 &&
    (node.annotations[names.unavailableAnnotation] === undefined) === (published.unavailableSince === undefined) &&
    node.labels[names.topologyKey] === node.name &&
    node.finalizers.includes(names.nodeFinalizer)
  );
}

/** Capacity annotations on the Node of classes that are not there any more, whoever wrote them. */
export function staleAnnotations(node: OwnNode, { figures }: Published, names: Names): string[] {
  return Object.keys(node.annotations).filter(
    (key) => key.startsWith(names.capacityPrefix) && !figures.has(key.slice(names.capacityPrefix.length)),
  );
}

/** No room in any class that the Node names: what pods then get is a refusal, and no volume that nobody can make. */
export function noFigures(node: OwnNode, names: Names): RoomByClass {
  const classes = Object.keys(node.annotations)
    .filter((key) => key.startsWith(names.capacityPrefix))
    .map((key) => key.slice(names.capacityPrefix.length));
  return new Map(classes.map((name) => [name, 0n]));
}
