import { createSocket } from "node:dgram";

/**
 * A name server for the few names that pods of ours look up: it answers `addresses`, and that there is no other name (RFC 1035).
 * The answer ends it.
 */
export async function serveNames(at: string, addresses: Readonly<Record<string, string>>): Promise<() => void> {
  const socket = createSocket("udp4");
  socket.on("message", (question, peer) => socket.send(answerTo(question, addresses), peer.port, peer.address));
  await new Promise<void>((resolve, reject) => socket.once("error", reject).bind(53, at, resolve));
  return () => socket.close();
}

const headerBytes = 12;
const recordOfAddress = 1;
const noSuchName = 3;

function answerTo(question: Buffer, addresses: Readonly<Record<string, string>>): Buffer {
  const labels: string[] = [];
  let at = headerBytes;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  const end = at + 5;
  const address = addresses[labels.join(".").toLowerCase()];
  const isAsked = question.readUInt16BE(at + 1) === recordOfAddress && address !== undefined;
  const header = Buffer.alloc(headerBytes);
  question.copy(header, 0, 0, 2);
  // an answer, with authority; recursion was wished for and is there
  header.writeUInt16BE(0x8580 | (address === undefined ? noSuchName : 0), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(isAsked ? 1 : 0, 6);
  if (!isAsked) return Buffer.concat([header, question.subarray(headerBytes, end)]);
  const record = Buffer.from([
    0xc0,
    headerBytes,
    0,
    recordOfAddress,
    0,
    1,
    0,
    0,
    0,
    5,
    0,
    4,
    ...address.split(".").map(Number),
  ]);
  return Buffer.concat([header, question.subarray(headerBytes, end), record]);
}
