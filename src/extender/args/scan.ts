/**
 * Finds where the parts of a JSON text lie, without building them: so a list of full nodes can be answered with the
 * very bytes that came. Brackets, strings and commas are followed (RFC 8259); whether a part is JSON in full is for
 * `JSON.parse` of that part to say.
 */
import { NativestorError } from "../../base/errors.ts";

/** Bytes from `start` up to and without `end`. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A member of a JSON object. */
export interface Member {
  readonly key: string;
  readonly value: Span;
}

/** Deepest nesting that is followed. Kubernetes objects stay far below it. */
const maxDepth = 200;

const quote = 0x22;
const comma = 0x2c;
const colon = 0x3a;
const openList = 0x5b;
const backslash = 0x5c;
const closeList = 0x5d;
const openObject = 0x7b;
const closeObject = 0x7d;

/**
 * The members of the one object that a text consists of.
 * @throws NativestorError `invalid-argument`, also for a text that ends early or goes on after the object
 */
export function topMembers(bytes: Buffer): Member[] {
  const start = skipSpace(bytes, 0);
  if (start === bytes.length) throw broken("the body is empty");
  if (bytes[start] !== openObject)
    throw broken(`the body is an object, not ${excerpt(bytes, { start, end: bytes.length })}`);
  const members = membersOf(bytes, { start, end: bytes.length });
  const close = skipSpace(bytes, members.at(-1)?.value.end ?? start + 1);
  const rest = skipSpace(bytes, close + 1);
  if (rest !== bytes.length) throw broken(`no JSON: something follows the object at byte ${rest}`);
  return members;
}

/** What a value starts like, for messages. */
export function excerpt(bytes: Buffer, { start, end }: Span): string {
  const most = 40;
  const text = bytes.toString("utf8", start, Math.min(end, start + most));
  return end - start > most ? `${text}…` : text;
}

/** The members of the object in `span`, in their order; a key may come twice. */
export function membersOf(bytes: Buffer, span: Span): Member[] {
  const members: Member[] = [];
  walk(bytes, span, closeObject, (start) => {
    if (bytes[start] !== quote) throw broken(`no JSON: a key is missing at byte ${start}`);
    const keyEnd = endOfString(bytes, start);
    const at = skipSpace(bytes, keyEnd);
    if (bytes[at] !== colon) throw broken(`no JSON: ":" is missing at byte ${at}`);
    const value = valueAt(bytes, skipSpace(bytes, at + 1));
    members.push({ key: String(parseAt(bytes, { start, end: keyEnd })), value });
    return value.end;
  });
  return members;
}

/** Goes through the elements of the list in `span`. @param take is told where one starts, and answers where it ends */
export function walkList(bytes: Buffer, span: Span, take: (start: number) => number): void {
  walk(bytes, span, closeList, take);
}

/** What the text in `span` starts like. */
export function kindOf(bytes: Buffer, { start, end }: Span): "object" | "list" | "null" | "other" {
  if (bytes[start] === openObject) return "object";
  if (bytes[start] === openList) return "list";
  return bytes.toString("latin1", start, end) === "null" ? "null" : "other";
}

/** The JSON value in `span`. */
export function parseAt(bytes: Buffer, { start, end }: Span): unknown {
  try {
    return JSON.parse(bytes.toString("utf8", start, end));
  } catch (error) {
    throw broken(`no JSON between bytes ${start} and ${end}: ${(error as Error).message}`);
  }
}

function walk(bytes: Buffer, span: Span, close: number, take: (start: number) => number): void {
  let at = skipSpace(bytes, span.start + 1);
  if (bytes[at] === close) return;
  for (;;) {
    at = skipSpace(bytes, take(at));
    if (bytes[at] === close) return;
    if (bytes[at] !== comma) throw broken(`no JSON: "," is missing at byte ${at}`);
    at = skipSpace(bytes, at + 1);
  }
}

/** The value that starts at a byte. */
export function valueAt(bytes: Buffer, start: number): Span {
  return { start, end: endOfValue(bytes, start) };
}

function endOfValue(bytes: Buffer, start: number): number {
  const first = bytes[start];
  if (first === quote) return endOfString(bytes, start);
  if (first === openObject || first === openList) return endOfNested(bytes, start);
  const end = endOfWord(bytes, start);
  if (end === start) throw broken(`no JSON: a value is missing at byte ${start}`);
  return end;
}

function endOfNested(bytes: Buffer, start: number): number {
  let depth = 0;
  for (let at = start; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = endOfString(bytes, at) - 1;
    else if (byte === openObject || byte === openList) {
      depth += 1;
      if (depth > maxDepth) throw broken(`nested deeper than ${maxDepth} levels at byte ${at}`);
    } else if (byte === closeObject || byte === closeList) {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  throw cutShort(bytes);
}

function endOfString(bytes: Buffer, start: number): number {
  for (let at = start + 1; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === backslash) at += 1;
    else if (byte === quote) return at + 1;
  }
  throw cutShort(bytes);
}

// numbers and the words true, false and null
function endOfWord(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && isWord(bytes[at])) at += 1;
  return at;
}

function isWord(byte: number | undefined): boolean {
  if (byte === undefined || isSpace(byte)) return false;
  return byte !== comma && byte !== closeList && byte !== closeObject && byte !== colon;
}

function skipSpace(bytes: Buffer, start: number): number {
  let at = start;
  while (at < bytes.length && isSpace(bytes[at])) at += 1;
  return at;
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function cutShort(bytes: Buffer): NativestorError {
  return broken(`no JSON: the text ends at byte ${bytes.length} in the middle of a value`);
}

function broken(message: string): NativestorError {
  return new NativestorError("invalid-argument", message);
}
