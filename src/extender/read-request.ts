import type { IncomingMessage } from "node:http";
import type { Clock } from "../base/clock.ts";
import type { Logger } from "../base/log.ts";
import type { Names } from "../capacity/names.ts";
import type { Roster } from "../capacity/roster.ts";
import { decodeArgs } from "./args/decode.ts";
import { createPlaces } from "./places.ts";
import { createReader, type ReadRequest } from "./worker/reader.ts";

/** Body in bytes above which another thread reads it. 5,000 names of ordinary length are below. */
const largeBytes = 256 << 10;

/** Large requests that are held in memory at once. A scheduler sends one after the other. */
const mostLarge = 4;

/** Reads requests, small ones at once and large ones elsewhere. */
export interface RequestReader {
  /**
   * Takes a place for a request that may be large, before its body is read; the answer gives it back.
   * @throws NativestorError `unavailable` when too many are under way
   */
  admit(request: IncomingMessage): () => void;
  /** @throws NativestorError `invalid-argument` naming what is wrong */
  read(body: Buffer<ArrayBuffer>): Promise<ReadRequest>;
  close(): Promise<void>;
}

export interface RequestReaderOptions {
  readonly names: Names;
  readonly clock: Clock;
  readonly log: Logger;
  /** The nodes that are known now. */
  readonly roster: () => Roster;
  /** The worker's code, where it is not in its usual place. */
  readonly workerFile?: URL;
}

export function createRequestReader({ names, clock, log, roster, workerFile }: RequestReaderOptions): RequestReader {
  const places = createPlaces(mostLarge);
  // a client that hangs up gives its place back at once; what the thread has still to do for it is counted here
  const jobs = createPlaces(mostLarge);
  const reader = createReader({ names, clock, log, ...(workerFile === undefined ? {} : { file: workerFile }) });
  return {
    admit: (request) => (mayBeLarge(request) ? places.enter() : () => {}),
    read: async (body) => {
      if (body.length <= largeBytes) return { args: decodeArgs(body, names, roster()), body };
      const leave = jobs.enter();
      return reader.read(body).finally(leave);
    },
    close: () => reader.close(),
  };
}

function mayBeLarge({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return length === undefined ? headers["transfer-encoding"] !== undefined : Number(length) > largeBytes;
}
