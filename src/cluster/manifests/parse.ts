import { type Document, isMap, isSeq, LineCounter, parseAllDocuments } from "yaml";
import { messageOf } from "../../base/errors.ts";
import { type Fields, fieldsAt, listAt, textAt } from "../objects/fields.ts";
import { ManifestError } from "./error.ts";

/** One object of a file. */
export interface Manifest {
  readonly kind: string;
  readonly json: Fields;
  /** Where it begins, from 1. */
  readonly line: number;
}

/**
 * Objects of a YAML file, of all its documents and of the lists among them.
 * @throws ManifestError with the line
 */
export function parseYaml(text: string): Manifest[] {
  const lines = new LineCounter();
  return [...parseAllDocuments(text, { lineCounter: lines, prettyErrors: false })].flatMap((document) => {
    const [error] = document.errors;
    if (error !== undefined) throw new ManifestError(lines.linePos(error.pos[0]).line, error.message);
    const lineAt = (offset: number | undefined) => (offset === undefined ? 1 : lines.linePos(offset).line);
    const own = lineAt(document.contents?.range?.[0]);
    return locating(own, () => expand(document.toJS(), own, (index) => lineAt(itemOffset(document, index))));
  });
}

/**
 * Objects of a JSON file: one, or a list of them. Its own parser reads `kubectl get nodes -o json` of thousands of nodes
 * in no time, but knows no lines: all objects are on the first one.
 */
export function parseJson(text: string): Manifest[] {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    const [, line] = /\(line (\d+) column \d+\)/.exec(messageOf(error)) ?? [];
    throw new ManifestError(Number(line ?? 1), messageOf(error));
  }
  return locating(1, () => expand(json, 1, () => 1));
}

function expand(json: unknown, line: number, lineOf: (index: number) => number): Manifest[] {
  if (json == null) return []; // an empty document
  const object = fieldsAt(json, "a manifest");
  const kind = textAt(object.kind, "kind");
  if (!kind) throw new ManifestError(line, "kind is missing");
  if (!kind.endsWith("List") || object.items === undefined) return [{ kind, json: object, line }];
  return listAt(object.items, "items").map((json, index) => {
    const item = fieldsAt(json, `items[${index}]`);
    // the items of a NodeList as the API server sends it name no kind of their own
    const kindOfItem = textAt(item.kind, `items[${index}].kind`) ?? kind.slice(0, -"List".length);
    return { kind: kindOfItem, json: item, line: lineOf(index) };
  });
}

function itemOffset(document: Document, index: number): number | undefined {
  const items = isMap(document.contents) ? document.contents.get("items", true) : undefined;
  const item = isSeq(items) ? items.items[index] : undefined;
  return (item as { range?: [number, number, number] | null } | undefined)?.range?.[0];
}

function locating<T>(line: number, run: () => T): T {
  try {
    return run();
  } catch (error) {
    throw ManifestError.at(line, error);
  }
}
