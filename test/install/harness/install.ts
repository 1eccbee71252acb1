import { namespace } from "../../kube/harness/helm.ts";
import type { EmptyCluster } from "./cluster.ts";
import { firstClaim, type Step } from "./first-claim.ts";
import { claimingPod } from "./pods.ts";
import { installCommands, openRepository } from "./typed.ts";
import { values } from "./values.ts";

/** How long something took that was typed. */
export interface Typed {
  readonly command: string;
  readonly seconds: number;
}

/** A pod that writes a word into its volume. */
const exact = claimingPod("exact", "1Gi", "echo kept >/data/word; sleep 1000000");

/** Types what the README tells to install, and has the pod `exact` made as soon as the install lets it. */
export async function installAsTold(cluster: EmptyCluster): Promise<{ typed: Typed[]; steps: Step[] }> {
  const type = openRepository(cluster.workspace, values);
  const typed: Typed[] = [];
  const steps: Step[] = [];
  for (const command of installCommands()) {
    const startedAt = performance.now();
    const watched = command.startsWith("helm install") ? firstClaim(cluster, exact, startedAt) : [];
    await type(command).catch((error: unknown) => fail(cluster, error));
    typed.push({ command, seconds: (performance.now() - startedAt) / 1000 });
    steps.push(...(await watched));
  }
  return { typed, steps };
}

async function fail({ kubectl }: EmptyCluster, error: unknown): Promise<never> {
  const { stdout } = await kubectl(["describe", "pods", `--namespace=${namespace}`]);
  throw new Error(stdout.slice(-8_000), { cause: error });
}
