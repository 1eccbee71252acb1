import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ControlPlane } from "./control-plane.ts";
import { kubeconfigText } from "./kubeconfig.ts";
import { freePorts } from "./ports.ts";
import { request } from "../../support/https-client.ts";
import { type Program, startProgram } from "./program.ts";
import { until } from "./until.ts";

const main = fileURLToPath(new URL("../../../src/main.ts", import.meta.url));
const deployed = (name: string) => fileURLToPath(new URL(`../../../deploy/manifests/${name}`, import.meta.url));

/** A role of ours as a process of its own, from the sources, that can be ended and started again. */
export interface AgentProcess {
  /** Socket on which it serves CSI. */
  readonly csiSocket: string;
  log(): Promise<string>;
  /** Where its metrics are; over TLS where its flags protect them. */
  readonly metricsPort: number;
  /** Its /metrics. */
  metrics(): Promise<string>;
  start(): Promise<void>;
  /** Stops its process where it is, and has it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Settles when the process that was started last has ended. */
  ended(): Promise<unknown>;
  /** Resolves when it answers that it is ready. */
  ready(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** Applies manifests of deploy/manifests as they are. */
export async function deploy(plane: ControlPlane, ...files: readonly string[]): Promise<void> {
  for (const file of files) {
    const { status, stderr } = await plane.kubectl(["apply", "--server-side", "-f", deployed(file)]);
    if (status !== 0) throw new Error(`${file}: ${stderr}`);
  }
}

/** Applies what the roles `node` and `controller` need, and waits until LogicalVolumes are served. */
export async function deployAgents(plane: ControlPlane): Promise<void> {
  await deploy(
    plane,
    "namespace.yaml",
    "crds/logicalvolume.yaml",
    "crds/logicalvolume-legacy.yaml",
    "csi-driver.yaml",
    "node/rbac.yaml",
    "node/policy.yaml",
    "controller/rbac.yaml",
  );
  for (const group of ["topolvm.io", "topolvm.cybozu.com"])
    await until(`${group} is served`, async () => {
      await plane.api.list(`/apis/${group}/v1/logicalvolumes`);
      return true;
    });
}

/**
 * Resolves when the API server does not hold back new LogicalVolumes any more: for two seconds after it serves a definition, it
 * lets each creation wait as long, also for a client that has gone meanwhile.
 */
export async function creationsAreImmediate(plane: ControlPlane): Promise<void> {
  await plane.api.create("/apis/topolvm.io/v1/logicalvolumes?dryRun=All", {
    apiVersion: "topolvm.io/v1",
    kind: "LogicalVolume",
    metadata: { name: "dry" },
    spec: { name: "dry", nodeName: "n1", size: "1Gi" },
  });
}

/** Has the agents' account do under the legacy names, too, what deploy/manifests lets it do under the current ones. */
export async function allowLegacyNames(plane: ControlPlane): Promise<void> {
  const text = readFileSync(deployed("node/rbac.yaml"), "utf8")
    .replaceAll("topolvm.io", "topolvm.cybozu.com")
    .replaceAll(/(kind: ClusterRole(?:Binding)?\n(?:metadata:\n)? +name: nativestor-node)/g, "$1-legacy");
  const { status, stderr } = await plane.kubectl(["apply", "-f", "-"], text);
  if (status !== 0) throw new Error(stderr);
}

/** Makes a Node object as kubelet does, without saying anything of room. */
export async function registerNode(plane: ControlPlane, name: string): Promise<void> {
  const metadata = { name, labels: { "kubernetes.io/hostname": name } };
  await plane.api.create("/api/v1/nodes", { apiVersion: "v1", kind: "Node", metadata });
}

/** Starts `nativestor node` with an emulated lvmd in it, whose group `vg` has this size. Its token names its node, as a pod's does. */
export async function startNodeAgent(
  plane: ControlPlane,
  node: string,
  size = "10Gi",
  flags: readonly string[] = [],
): Promise<AgentProcess> {
  const { workspace } = plane;
  const { metadata } = await plane.api.get(`/api/v1/nodes/${node}`);
  const boundObjectRef = { apiVersion: "v1", kind: "Node", name: node, uid: metadata.uid };
  const token = await tokenOf(plane, "nativestor-node", { boundObjectRef });
  const lvmd = {
    "socket-name": lvmdSocket(plane, node),
    "device-classes": [{ name: "ssd", "volume-group": "vg", default: true, "spare-gb": 0 }],
    emulated: { folder: workspace.path(`${node}-vg`), "volume-groups": [{ name: "vg", size }] },
  };
  return startAgent(plane, `node-${node}`, "node", token, [
    "--node-name",
    node,
    "--lvmd-config",
    workspace.write(`${node}-lvmd.yaml`, JSON.stringify(lvmd)),
    "--state-dir",
    workspace.path(`${node}-state`),
    ...flags,
  ]);
}

/** Socket of the lvmd in a node's agent. */
export function lvmdSocket(plane: ControlPlane, node: string): string {
  return plane.workspace.path(`${node}-lvmd.sock`);
}

/** Starts `nativestor controller`. @param service promises room to what no scheduler places; without one it does so itself */
export async function startController(
  plane: ControlPlane,
  name = "controller",
  service?: { readonly url: string; readonly caFile: string },
  flags: readonly string[] = [],
): Promise<AgentProcess> {
  const asked = service === undefined ? [] : ["--service-kubeconfig", serviceKubeconfig(plane, service)];
  return startAgent(plane, name, "controller", await tokenOf(plane, "nativestor-controller"), [...asked, ...flags]);
}

function serviceKubeconfig({ workspace }: ControlPlane, { url, caFile }: { url: string; caFile: string }): string {
  return workspace.write("for-controller.kubeconfig", kubeconfigText({ server: url, caFile, token: "none" }));
}

async function startAgent(
  plane: ControlPlane,
  name: string,
  role: string,
  token: string,
  flags: readonly string[],
): Promise<AgentProcess> {
  const { workspace } = plane;
  const [port = 0] = await freePorts(1);
  const csiSocket = workspace.path(`${name}-csi.sock`);
  const kubeconfig = plane.kubeconfigFor(name, token);
  const common = ["--kubeconfig", kubeconfig, "--csi-socket", csiSocket, "--metrics-listen", `127.0.0.1:${port}`];
  let program: Program | undefined;
  const protocol = flags.includes("--protect-metrics") ? "https:" : "http:";
  const get = (path: string) => request({ protocol, port, path, rejectUnauthorized: false });
  const agent: AgentProcess = {
    csiSocket,
    metricsPort: port,
    log: async () => (await program?.log()) ?? "",
    metrics: async () => (await get("/metrics")).text,
    start: async () => {
      program = startProgram(workspace, name, process.execPath, [main, role, ...common, ...flags, "--log-level=debug"]);
    },
    signal: (signal) => program?.signal(signal),
    ended: async () => program?.ended,
    ready: () =>
      until(`${name} is ready`, async () => {
        await program?.check();
        return (await get("/readyz")).status === 200;
      }).then(() => undefined),
    stop: async (signal) => (await program?.stop(signal)) ?? null,
  };
  await agent.start();
  return agent;
}

/** A token as a pod of this account of nativestor-system has it. @param spec laid over the TokenRequest's */
export async function tokenOf(plane: ControlPlane, account: string, spec: object = {}): Promise<string> {
  const path = `/api/v1/namespaces/nativestor-system/serviceaccounts/${account}/token`;
  const { status } = await plane.api.create<{ status: { token: string } }>(path, {
    spec: { expirationSeconds: 3600 * 4, ...spec },
  });
  return status.token;
}
