import { fileURLToPath } from "node:url";
import { request } from "../../support/https-client.ts";
import type { ControlPlane } from "./control-plane.ts";
import { freePorts } from "./ports.ts";
import { startProgram } from "./program.ts";
import { main, serviceToken, sumOf } from "./service.ts";
import { until } from "./until.ts";

/** `nativestor serve` that keeps its certificates in the cluster. */
export interface Replica {
  readonly port: number;
  log(): Promise<string>;
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  stop(signal?: NodeJS.Signals): Promise<void>;
}

export interface ReplicaOptions {
  /** From replicaToken. */
  readonly token: string;
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

const rights = fileURLToPath(new URL("../../../deploy/manifests/certificates/own.yaml", import.meta.url));

/** Token of an account with the rights of deploy/manifests; once for a cluster, since kubectl apply is not for two at once. */
export async function replicaToken(cluster: ControlPlane): Promise<string> {
  const token = await serviceToken(cluster);
  const applied = await cluster.kubectl(["apply", "-f", rights]);
  if (applied.status !== 0) throw new Error(applied.stderr);
  return token;
}

/** Starts one, and waits until it is ready. */
export async function startReplica(
  cluster: ControlPlane,
  name: string,
  { token, flags = [], env = {} }: ReplicaOptions,
): Promise<Replica> {
  const [port = 0] = await freePorts(1);
  const kubeconfig = cluster.kubeconfigFor(name, token);
  const args = [main, "serve", "--kubeconfig", kubeconfig, "--listen", `127.0.0.1:${port}`];
  const own = ["--certificates=cluster", "--certificate-host=127.0.0.1", "--namespace=nativestor-system"];
  const program = startProgram(cluster.workspace, name, process.execPath, [...args, ...own, ...flags], env);
  // whom it is to be trusted by is what the tests are about
  const get = (path: string) => request({ port, path, rejectUnauthorized: false });
  await until(`${name} is ready`, async () => {
    await program.check();
    return (await get("/readyz")).status === 200;
  });
  return {
    port,
    log: () => program.log(),
    metric: async (metric, labels = {}) => sumOf((await get("/metrics")).text, metric, labels),
    stop: async (signal) => void (await program.stop(signal)),
  };
}
