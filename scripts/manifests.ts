// Renders deploy/manifests from the chart, for whoever installs without helm. Needs helm, which `npm run test:setup` builds.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { helmTools, toolFolder } from "../test/setup/tools.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const chart = join(root, "deploy/charts/nativestor");
const target = join(root, "deploy/manifests");

const header = "# Rendered from deploy/charts/nativestor by scripts/manifests.ts. DO NOT EDIT.\n";

/** Set of manifests: the folder that they are put in, the values, and which templates are taken. */
interface Rendering {
  readonly folder: string;
  readonly values: readonly string[];
  readonly takes: (template: string) => boolean;
}

const common = ["namespace.create=true", "controller.snapshotter.enabled=true"];

const renderings: readonly Rendering[] = [
  {
    folder: "",
    values: [...common, "scheduling.mode=extender"],
    takes: (template) => !template.startsWith("tests/"),
  },
  {
    folder: "second-scheduler/",
    values: [...common, "scheduling.mode=second-scheduler"],
    takes: (template) => template.startsWith("scheduler/") || template === "webhook.yaml",
  },
  {
    // the alerts are in deploy/monitoring
    folder: "",
    values: [...common, "monitoring.monitors.enabled=true"],
    takes: (template) => template === "monitoring/monitors.yaml",
  },
];

/** Manifests by their path below deploy/manifests. */
export function renderManifests(): ReadonlyMap<string, string> {
  const definitions = readdirSync(join(chart, "crds")).map((name): [string, string] => [
    `crds/${name}`,
    `${header}${readFileSync(join(chart, "crds", name), "utf8")}`,
  ]);
  return new Map([...definitions, ...renderings.flatMap(render)]);
}

function render({ folder, values, takes }: Rendering): [string, string][] {
  const args = ["template", "nativestor", chart, "--namespace=nativestor-system", "--kube-version=1.36.0"];
  const done = spawnSync(join(toolFolder(helmTools), "helm"), [...args, ...values.map((value) => `--set=${value}`)], {
    encoding: "utf8",
  });
  if (done.error !== undefined) throw done.error;
  if (done.status !== 0) throw new Error(done.stderr);
  const files = new Map<string, string[]>();
  for (const { template, text } of documentsOf(done.stdout))
    if (takes(template)) files.set(template, [...(files.get(template) ?? []), text]);
  return [...files].map(([template, texts]) => [
    `${folder}${template.replace("scheduler/", "")}`,
    header + texts.join("---\n"),
  ]);
}

// each of helm's documents begins with `# Source: CHART/templates/PATH`
function documentsOf(rendered: string): { template: string; text: string }[] {
  return rendered.split(/^---$/m).flatMap((document) => {
    const source = /^# Source: [^/]+\/templates\/(.+)$/m.exec(document);
    return source?.[1] === undefined ? [] : [{ template: source[1], text: plain(document) }];
  });
}

// nobody manages it: labels that say so go
function plain(document: string): string {
  const lines = document.split("\n").filter((line) => line.trim() !== "");
  return (
    lines.filter((line) => !/^(# Source:|\s+app.kubernetes.io\/managed-by:|\s+helm.sh\/chart:)/.test(line)).join("\n") +
    "\n"
  );
}

if (import.meta.main) {
  rmSync(target, { recursive: true, force: true });
  for (const [name, text] of renderManifests()) {
    const path = join(target, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
}
