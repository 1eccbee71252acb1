import { createRooms, type Rooms } from "../capacity/rooms.ts";
import type { ClusterView } from "./view.ts";

/** The room of a view's nodes, kept as the view is. */
export interface FollowedRooms {
  now(): Rooms;
  close(): void;
}

/** They are put together anew, when somebody asks, once nodes have come or gone; that is rare beside changes of their room. */
export function followRooms(view: Pick<ClusterView, "node" | "nodes" | "onNodeChange">): FollowedRooms {
  let rooms: Rooms | undefined;
  const close = view.onNodeChange(({ name }) => {
    const node = view.node(name);
    if (node === undefined || rooms?.set(name, node.supply) === false) rooms = undefined;
  });
  return { now: () => (rooms ??= createRooms([...view.nodes()])), close };
}
