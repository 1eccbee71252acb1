import { bytesOf } from "../../src/capacity/bytes.ts";
import { type Field, fieldOf } from "../../src/capacity/field.ts";
import { nothingReserved, type Reserved } from "../../src/capacity/fit.ts";
import { nodesOf } from "../../src/capacity/nodes.ts";
import type { Supply } from "../../src/capacity/supply.ts";

/** A node's room, and what is reserved there. */
export interface Room {
  readonly supply: Supply;
  readonly reserved: Reserved;
}

/** A field of nodes with such rooms, in their order. */
export function fieldWith(rooms: readonly Room[]): Field {
  return fieldOf(nodesOf(rooms.map(({ supply }, at) => ({ name: `node-${at}`, supply }))), {
    on: (at) => rooms[at]?.reserved ?? nothingReserved,
    column: (deviceClass) => rooms.map(({ reserved }) => bytesOf(reserved.get(deviceClass) ?? 0n)),
  });
}
