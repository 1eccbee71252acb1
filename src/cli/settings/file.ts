import { readFile } from "node:fs/promises";
import { type Document, isMap, isScalar, LineCounter, parseDocument, type YAMLMap } from "yaml";
import { messageOf, NativestorError } from "../../base/errors.ts";

/** A configuration file as read: values by their keys, and where they stand. */
export interface SettingsFile {
  readonly path: string;
  readonly values: ReadonlyMap<string, unknown>;
  /** `PATH:LINE` of a value, or of the nearest thing around it. */
  readonly where: (keys: readonly PropertyKey[]) => string;
}

/**
 * Reads a configuration file: YAML, or JSON, which is YAML.
 * @throws NativestorError `invalid-argument` naming the file, and the line where there is one
 */
export async function readSettingsFile(path: string): Promise<SettingsFile> {
  const source = await readFile(path, "utf8").catch((error: unknown) => {
    throw new NativestorError("invalid-argument", `cannot read the configuration file: ${messageOf(error)}`);
  });
  return parseSettingsFile(path, source);
}

/** As `readSettingsFile`, of a text that was read. */
export function parseSettingsFile(path: string, source: string): SettingsFile {
  const lines = new LineCounter();
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  const lineOf = (offset: number) => `${path}:${lines.linePos(offset).line}`;
  const [error] = document.errors;
  if (error !== undefined) throw new NativestorError("invalid-argument", `${lineOf(error.pos[0])}: ${error.message}`);
  const { contents } = document;
  if (contents !== null && !isMap(contents) && !(isScalar(contents) && contents.value === null))
    throw new NativestorError("invalid-argument", `${path}: must hold settings such as "listen: 127.0.0.1:9443"`);
  return {
    path,
    values: new Map(Object.entries((document.toJS() ?? {}) as Record<string, unknown>)),
    where: (keys) => whereIs(document, keys, path, lineOf),
  };
}

function whereIs(
  document: Document.Parsed,
  keys: readonly PropertyKey[],
  path: string,
  lineOf: (offset: number) => string,
): string {
  for (let depth = keys.length; depth > 0; depth -= 1) {
    const parent = depth === 1 ? document.contents : document.getIn(keys.slice(0, depth - 1), true);
    const offset = isMap(parent) ? keyOffset(parent, keys[depth - 1]) : undefined;
    if (offset !== undefined) return lineOf(offset);
  }
  return path;
}

function keyOffset(map: YAMLMap, key: PropertyKey | undefined): number | undefined {
  const pair = map.items.find((item) => isScalar(item.key) && String(item.key.value) === String(key));
  return isScalar(pair?.key) ? pair.key.range?.[0] : undefined;
}
