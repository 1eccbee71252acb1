import type { RunProgram } from "../run/program.ts";
import { inPieces, type Pace, type Piece } from "./pieces.ts";

/** Work on the content of block devices, by their paths where lvm runs. Every method throws as `inPieces`. */
export interface Devices {
  /** Writes zeros, past the page cache. Refused by the kernel where the device is mounted. */
  zero(path: string, part: Piece, pace: Pace): Promise<void>;
  /** Tells the disk that the content is not needed. */
  discard(path: string, part: Piece, pace: Pace): Promise<void>;
  /** Copies the beginning of one device to another, on the disk when it resolves. */
  copy(from: string, to: string, bytes: bigint, pace: Pace, onProgress: (doneBytes: bigint) => void): Promise<void>;
}

const mebibyte = 1n << 20n;

/** By blkdiscard (util-linux) and dd (coreutils): one process for each piece. */
export function devicesBy(run: RunProgram): Devices {
  const blkdiscard = (path: string, part: Piece, pace: Pace, ...how: readonly string[]) =>
    inPieces(part, pace, ({ start, bytes }) =>
      run("blkdiscard", [...how, "--offset", `${start}`, "--length", `${bytes}`, path]),
    );
  return {
    zero: (path, part, pace) => blkdiscard(path, part, pace, "--zeroout"),
    discard: (path, part, pace) => blkdiscard(path, part, pace),
    copy: (from, to, bytes, pace, onProgress) =>
      inPieces({ start: 0n, bytes }, pace, async (piece) => {
        const at = piece.start / mebibyte;
        const count = (piece.bytes + mebibyte - 1n) / mebibyte;
        const where = [`if=${from}`, `of=${to}`, "bs=1M", `skip=${at}`, `seek=${at}`, `count=${count}`];
        // past the page cache, which others need; what is read is whole at the end of the device only
        await run("dd", [...where, "iflag=direct,fullblock", "oflag=direct", "conv=notrunc,fsync", "status=none"]);
        onProgress(piece.start + piece.bytes);
      }),
  };
}
