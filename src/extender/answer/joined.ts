/** Length of one piece. V8 keeps strings above 128 KiB in a space of their own, which is cleared only when all is collected. */
const pieceLength = 32 << 10;

/** Entries with commas between them, as pieces of bounded length: with thousands of nodes one text would be half a megabyte. */
export function joined(entries: Iterable<string>): string[] {
  const pieces: string[] = [];
  let piece = "";
  let comma = "";
  for (const entry of entries) {
    piece += comma + entry;
    comma = ",";
    if (piece.length < pieceLength) continue;
    pieces.push(piece);
    piece = "";
  }
  if (piece !== "") pieces.push(piece);
  return pieces;
}
