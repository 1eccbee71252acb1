import { type Document, isMap, isScalar, type Node, type Pair, parseDocument, type YAMLMap } from "yaml";

/** A value of the chart, with what the comment above it says. */
export interface DocumentedValue {
  /** Its keys, from the outermost, joined by dots. */
  readonly path: string;
  readonly what: string;
  /** As JSON; undefined where only the values below it count. */
  readonly fallback: string | undefined;
}

/**
 * The chart's values in the order of the file.
 * @throws Error naming the value that has no comment above it
 */
export function documentedValues(source: string): readonly DocumentedValue[] {
  const document = parseDocument(source);
  if (document.errors[0] !== undefined) throw document.errors[0];
  if (!isMap<Node, Node>(document.contents)) throw new Error("values.yaml must be a map");
  return valuesIn(document, document.contents, "");
}

/** The page docs/helm-values.md. */
export function helmValuesPage(source: string): string {
  const values = documentedValues(source);
  const rows = values.map(({ path, what, fallback }) => {
    const shown = fallback === undefined ? "" : `\`${fallback.replaceAll("|", "\\|")}\``;
    return `| \`${path}\` | ${shown} | ${what.replaceAll("|", "\\|")} |`;
  });
  return `<!-- Made from deploy/charts/nativestor/values.yaml by scripts/generate.ts. DO NOT EDIT. -->

# Values of the Helm chart

\`helm install … --set KEY=VALUE\`, or a file with \`--values\`. What is misspelled or out of range is refused by its name.

| value | default | what |
|---|---|---|
${rows.join("\n")}
`;
}

function valuesIn(document: Document, map: YAMLMap<Node, Node>, prefix: string): DocumentedValue[] {
  return map.items.flatMap((pair, index) => {
    const path = `${prefix}${String(pair.key)}`;
    const what = commentOf(pair, index === 0 ? map : undefined);
    if (what === "") throw new Error(`values.yaml: there is no comment above ${path}`);
    if (isMap<Node, Node>(pair.value) && isExplained(pair.value))
      return [{ path, what, fallback: undefined }, ...valuesIn(document, pair.value, `${path}.`)];
    return [{ path, what, fallback: JSON.stringify(pair.value?.toJS(document)) }];
  });
}

// the comment above the first key is taken for one of the map; what a blank line sets off is about the file
function commentOf({ key }: Pair<Node, Node>, map: Node | undefined): string {
  const comment = (isScalar(key) ? key.commentBefore : undefined) ?? map?.commentBefore ?? "";
  return (comment.split(/\n\s*\n/).at(-1) ?? "").replaceAll(/\s*\n\s*/g, " ").trim();
}

// a map without comments in it is a value as a whole, such as requests of resources
function isExplained(map: YAMLMap<Node, Node>): boolean {
  return map.items.some((pair, index) => commentOf(pair, index === 0 ? map : undefined) !== "");
}
