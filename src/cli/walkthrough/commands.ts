import type { Demand } from "../../capacity/demand.ts";
import type { Names } from "../../capacity/names.ts";
import { reviewOf, type Subject } from "./place.ts";

/** Nodes that a command asks about, so that it stays one that can be read. */
const mostNodes = 8;

/** What the commands are made for. */
export interface CommandsFor {
  readonly origin: string;
  /** Path of the authority's certificate; undefined where curl knows it already. */
  readonly authorityPath: string | undefined;
  readonly names: Names;
  readonly nodes: readonly string[];
  readonly example: Example | undefined;
}

/** A pod to ask about. */
export interface Example {
  readonly subject: Subject;
  readonly demand: Demand;
}

/** Commands to copy into a shell, each under a line that says what it asks. */
export function curlCommands({ origin, authorityPath, names, nodes, example }: CommandsFor): string {
  const curl = ["curl", ...(authorityPath === undefined ? [] : ["--cacert", quote(authorityPath)])].join(" ");
  const get = (path: string) => `${curl} ${origin}${path}`;
  const post = (path: string, body: unknown) =>
    `${get(path)} \\\n  -H 'content-type: application/json' \\\n  -d ${quote(JSON.stringify(body))}`;
  const commands: [string, string][] = [["Is it ready?", get("/readyz")]];
  if (example !== undefined) {
    const { subject, demand } = example;
    const { name, namespace } = subject;
    const question = { pod: annotated(subject, demand, names), nodenames: nodes.slice(0, mostNodes) };
    commands.push(
      [
        `What does admission write on ${name}? (the patch is in Base64)`,
        post("/pod/mutate", reviewOf(namespace, name, slim(subject))),
      ],
      ["Which nodes can hold it?", post("/filter", question)],
      ["Which of them is the best?", post("/prioritize", question)],
    );
  }
  commands.push(["What has been counted so far?", get("/metrics")]);
  return commands.map(([what, command]) => `# ${what}\n${command}\n`).join("\n");
}

// of the pod only what is looked at, so that the line stays one that can be read
function slim({ namespace, name, object }: Subject): object {
  const { spec } = object as { spec?: { containers?: { name?: string }[]; volumes?: unknown[] } };
  const containers = (spec?.containers ?? []).map(({ name }) => ({ name }));
  return { metadata: { namespace, name }, spec: { containers, volumes: spec?.volumes ?? [] } };
}

function annotated({ namespace, name }: Subject, demand: Demand, names: Names): object {
  const annotations = Object.fromEntries(
    [...demand].map(([deviceClass, bytes]) => [`${names.capacityPrefix}${deviceClass}`, String(bytes)]),
  );
  return { metadata: { namespace, name, annotations } };
}

/** A word for a POSIX shell. */
function quote(word: string): string {
  return /^[\w./:@%+=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
