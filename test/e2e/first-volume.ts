import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { programPath } from "../kube/harness/control-plane.ts";
import type { RealCluster } from "./harness/cluster.ts";
import { settled } from "./harness/volumes.ts";

const folder = fileURLToPath(new URL("../../examples/first-volume/", import.meta.url));

/** What the example tells people to type is typed, line by line. */
export function firstVolumeTests(cluster: RealCluster): void {
  test("the first volume, as examples/first-volume/README.md tells it", async (t) => {
    await followExample(cluster, t);
    assert.deepEqual(await settled(cluster), []);
  });
}

/** Types it all in, and looks at what a person would look at. */
export async function followExample({ workspace }: Pick<RealCluster, "workspace">, t: TestContext): Promise<void> {
  const text = readFileSync(`${folder}README.md`, "utf8");
  const commands = [...text.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = ""]) => block.trim().split("\n"));
  assert.ok(commands.length > 10);
  const env = {
    PATH: `${dirname(programPath("kubectl"))}:${process.env["PATH"]}`,
    // kubectl keeps a cache there
    HOME: workspace.folder,
    KUBECONFIG: workspace.path("admin.kubeconfig"),
  };
  const printed = new Map<string, string>();
  for (const command of commands) {
    const { stdout } = await promisify(execFile)("sh", ["-c", command], { cwd: folder, env });
    t.diagnostic(`$ ${command}\n${stdout}`);
    printed.set(command, stdout);
  }
  assert.match(printed.get("kubectl get logicalvolumes.topolvm.io") ?? "", /^pvc-\S+ +n\d +ssd /m);
  assert.equal(printed.get("kubectl exec writer -- cat /notes/first"), "hello\n");
  assert.match(printed.get("kubectl exec writer -- df -h /notes") ?? "", / 1\.9G /);
}
