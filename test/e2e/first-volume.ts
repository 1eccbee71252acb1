import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import type { RealCluster } from "./harness/cluster.ts";
import { commandsIn, openShell } from "./harness/shell.ts";
import { slowly } from "./harness/slowly.ts";
import type { Claim } from "./harness/space.ts";
import { goneFromDisk, type Placed, placedVolume } from "./harness/volumes.ts";

const folder = fileURLToPath(new URL("../../examples/first-volume/", import.meta.url));

/** What the example tells people to type is typed, line by line. */
export function firstVolumeTests(cluster: RealCluster): void {
  test("the first volume, as examples/first-volume/README.md tells it", async (t) => {
    const [where] = await Promise.all([slowly("it is bound", () => volumeOfNotes(cluster)), followExample(cluster, t)]);
    await goneFromDisk(where);
  });
}

async function volumeOfNotes(cluster: RealCluster): Promise<Placed | undefined> {
  const { spec, status } = await cluster.api.get<Claim>("/api/v1/namespaces/default/persistentvolumeclaims/notes");
  if (status.phase !== "Bound" || spec.volumeName === undefined) return undefined;
  return placedVolume(cluster, spec.volumeName);
}

/** Types it all in, and looks at what a person would look at. */
export async function followExample({ workspace }: Pick<RealCluster, "workspace">, t: TestContext): Promise<void> {
  const commands = commandsIn(readFileSync(`${folder}README.md`, "utf8"));
  assert.ok(commands.length > 10);
  const type = openShell(workspace, folder);
  const printed = new Map<string, string>();
  for (const command of commands) {
    const output = await type(command);
    t.diagnostic(`$ ${command}\n${output}`);
    printed.set(command, output);
  }
  assert.match(printed.get("kubectl get logicalvolumes.topolvm.io") ?? "", /^pvc-\S+ +n\d +ssd /m);
  assert.equal(printed.get("kubectl exec writer -- cat /notes/first"), "hello\n");
  assert.match(printed.get("kubectl exec writer -- df -h /notes") ?? "", / 1\.9G /);
}
