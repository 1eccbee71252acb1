import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { request } from "../../support/https-client.ts";
import type { ControlPlane } from "./control-plane.ts";
import { freePorts } from "./ports.ts";
import { type Program, startProgram } from "./program.ts";
import { until } from "./until.ts";

/** The program from its sources. */
export const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const manifest = (name: string) => fileURLToPath(new URL(`../../../deploy/manifests/${name}.yaml`, import.meta.url));

/** `nativestor serve` as a process of its own, from the sources. */
export interface Service {
  readonly url: string;
  readonly port: number;
  readonly caFile: string;
  readonly certFolder: string;
  /** Text of its CA's certificate. */
  readonly ca: string;
  log(): Promise<string>;
  /** Sum of a metric's samples whose labels contain all of `labels`. */
  metric(name: string, labels?: Readonly<Record<string, string>>): Promise<number>;
  /** What its /ledger says. */
  ledger(): Promise<{ readonly waiting?: string; readonly holds: readonly object[] }>;
  /** HTTP status of its /readyz. */
  readiness(): Promise<number>;
  /** Ends it; a second start listens on the same port. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  start(): Promise<void>;
}

/** Starts the service with the rights of deploy/manifests/serve and a certificate of its own, and waits until it is ready. */
export async function startService(cluster: ControlPlane, flags: readonly string[] = []): Promise<Service> {
  const { workspace } = cluster;
  const [port = 0] = await freePorts(1);
  const certFolder = workspace.path("service-certs");
  await makeCertificates(certFolder);
  const kubeconfig = cluster.kubeconfigFor("service", await serviceToken(cluster));
  const caFile = `${certFolder}/ca.crt`;
  const ca = await readFile(caFile, "utf8");
  const args = [main, "serve", "--kubeconfig", kubeconfig, "--listen", `127.0.0.1:${port}`, "--cert-dir", certFolder];
  const get = (path: string) => request({ port, ca, path });
  let program: Program | undefined;
  const start = async () => {
    const started = startProgram(workspace, "service", process.execPath, [...args, "--log-level=debug", ...flags]);
    program = started;
    await until("the service is ready", async () => {
      await started.check();
      return (await get("/readyz")).status === 200;
    });
    // before that the scheduler is told to come again
    await until("the service makes promises", async () => {
      const { status, json } = await get("/ledger");
      if (status === 404) return true;
      const { waiting = "" } = json() as { waiting?: string };
      return waiting === "" || waiting.startsWith("another replica");
    });
  };
  await start();
  return {
    url: `https://127.0.0.1:${port}`,
    port,
    caFile,
    certFolder,
    ca,
    log: async () => (await program?.log()) ?? "",
    metric: async (name, labels = {}) => sumOf((await get("/metrics")).text, name, labels),
    ledger: async () => (await get("/ledger")).json() as { holds: object[] },
    readiness: async () => (await get("/readyz")).status,
    stop: async (signal) => void (await program?.stop(signal)),
    start,
  };
}

async function makeCertificates(folder: string): Promise<void> {
  await promisify(execFile)(process.execPath, [main, "certs", "--cert-dir", folder, "--host", "127.0.0.1"]);
}

/** A token as a pod gets it, for the account that deploy/manifests/serve/rbac.yaml makes. */
export async function serviceToken(cluster: ControlPlane): Promise<string> {
  const applied = await cluster.kubectl(["apply", "-f", manifest("namespace"), "-f", manifest("serve/rbac")]);
  if (applied.status !== 0) throw new Error(applied.stderr);
  const path = "/api/v1/namespaces/nativestor-system/serviceaccounts/nativestor/token";
  const { status } = await cluster.api.create<{ status: { token: string } }>(path, {
    spec: { expirationSeconds: 3600 },
  });
  return status.token;
}

/** Sum of samples; https://prometheus.io/docs/instrumenting/exposition_formats: NAME{LABELS} VALUE */
export function sumOf(exposition: string, name: string, labels: Readonly<Record<string, string>>): number {
  const wanted = Object.entries(labels).map(([key, value]) => `${key}="${value}"`);
  return exposition
    .split("\n")
    .filter((line) => line.startsWith(`${name}{`) || line.startsWith(`${name} `))
    .filter((line) => wanted.every((label) => line.includes(label)))
    .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
