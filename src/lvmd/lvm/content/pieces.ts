import type { Clock } from "../../../base/clock.ts";
import { NativestorError } from "../../../base/errors.ts";

/** Part of a device, in bytes. */
export interface Piece {
  readonly start: bigint;
  readonly bytes: bigint;
}

export interface Pace {
  readonly clock: Clock;
  /** Most bytes per second; undefined sets no limit. */
  readonly bandwidthBytes: bigint | undefined;
  /** Ends it between two pieces. */
  readonly signal: AbortSignal;
}

const unit = 1n << 20n;
/** Without a limit each piece is a second's work of a fast disk, so that an end is not long in coming. */
const largestPiece = 256n * unit;

/** Cuts a part of a device into pieces of a second's work at most, in whole MiB but for the last. */
export function piecesOf({ start, bytes }: Piece, bandwidthBytes: bigint | undefined): Piece[] {
  const size = pieceBytes(bandwidthBytes);
  const pieces: Piece[] = [];
  for (let at = 0n; at < bytes; at += size)
    pieces.push({ start: start + at, bytes: bytes - at < size ? bytes - at : size });
  return pieces;
}

function pieceBytes(bandwidthBytes: bigint | undefined): bigint {
  if (bandwidthBytes === undefined || bandwidthBytes > largestPiece) return largestPiece;
  return bandwidthBytes < unit ? unit : (bandwidthBytes / unit) * unit;
}

/**
 * Works through a part of a device, no faster than its limit.
 * @throws NativestorError `aborted` where it was ended before, and what `work` throws
 */
export async function inPieces(
  part: Piece,
  { clock, bandwidthBytes, signal }: Pace,
  work: (piece: Piece) => Promise<void>,
): Promise<void> {
  for (const piece of piecesOf(part, bandwidthBytes)) {
    refuseEnded(signal);
    const begun = clock.monotonic();
    await work(piece);
    if (bandwidthBytes === undefined) continue;
    const leastMs = Number((piece.bytes * 1000n) / bandwidthBytes);
    await pause(clock, begun + leastMs - clock.monotonic(), signal);
  }
  refuseEnded(signal);
}

function refuseEnded(signal: AbortSignal): void {
  if (signal.aborted) throw new NativestorError("aborted", "it was ended before it was done");
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  if (ms <= 0 || signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const cancel = clock.after(ms, end);
    signal.addEventListener("abort", end);
    function end(): void {
      cancel();
      signal.removeEventListener("abort", end);
      resolve();
    }
  });
}
