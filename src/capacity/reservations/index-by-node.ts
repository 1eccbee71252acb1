/** Keys by node, so that news of a node costs what is on it. */
export interface NodeIndex {
  enter(node: string, key: string): void;
  leave(node: string, key: string): void;
  keysOn(node: string): Iterable<string>;
}

const none: readonly string[] = [];

export function createIndex(): NodeIndex {
  const byNode = new Map<string, Set<string>>();
  return {
    enter: (node, key) => {
      const keys = byNode.get(node);
      if (keys === undefined) byNode.set(node, new Set([key]));
      else keys.add(key);
    },
    leave: (node, key) => {
      const keys = byNode.get(node);
      if (keys?.delete(key) && keys.size === 0) byNode.delete(node);
    },
    keysOn: (node) => byNode.get(node) ?? none,
  };
}
