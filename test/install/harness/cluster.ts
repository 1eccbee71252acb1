import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";
import { makeDiskFolder } from "../../e2e/harness/cluster.ts";
import { hostAddress, makeNetwork, placeOf } from "../../e2e/harness/network.ts";
import { nodeFiles } from "../../e2e/harness/node-files.ts";
import { programImage } from "../../e2e/harness/image.ts";
import { slowly } from "../../e2e/harness/slowly.ts";
import {
  apiServiceAddress,
  type ControlPlane,
  programPath,
  startControlPlane,
} from "../../kube/harness/control-plane.ts";
import { namespace, renderChart } from "../../kube/harness/helm.ts";
import { kubeconfigText } from "../../kube/harness/kubeconfig.ts";
import { startProgram } from "../../kube/harness/program.ts";
import { until } from "../../kube/harness/until.ts";
import { bootGuest } from "../../lvm/harness/guest.ts";
import { containerdTools, csiTools, kubeTools, toolFolder } from "../../setup/tools.ts";
import { serveNames } from "./names.ts";
import { serveAddress, takeAddress } from "./services.ts";

/** A cluster of one real node into which nothing of ours is installed yet. */
export interface EmptyCluster extends ControlPlane {
  /** Runs a shell script as root on the node and answers what it printed. */
  sh(script: string): Promise<string>;
}

const GiB = 2 ** 30;
/** Address of the Service `nativestor`, and of the cluster's name server. */
export const serviceAddress = "10.0.0.99";
const nameServer = "10.0.0.10";
const place = placeOf(1);

/** How long the image may take that is built meanwhile. */
const imageLimitMs = 600_000;

/**
 * Boots it, in about a minute. The node has a volume group `nativestor`, and the images that the chart with `values` names: ours as
 * it was built, and Kubernetes' own around the real programs.
 */
export async function startEmptyCluster(values: object): Promise<EmptyCluster> {
  makeNetwork([place]);
  const plane = await startControlPlane("install", { address: hostAddress });
  takeAddress(nameServer);
  const host = `nativestor.${namespace}.svc`;
  const enders = await Promise.all([
    serveNames(nameServer, { [host]: serviceAddress }),
    serveAddress(apiServiceAddress, async () => ({ host: hostAddress, port: plane.port })),
    serveAddress(serviceAddress, () => readyPod(plane)),
  ]);
  startDefaultScheduler(plane);
  const shared = plane.workspace.path("n1");
  makeDiskFolder(plane.workspace);
  writeNode(plane, shared, values);
  const guest = await bootGuest({
    folder: shared,
    diskFolder: plane.workspace.path("disks/n1"),
    diskBytes: [8 * GiB, 20 * GiB],
    memory: "3G",
    kernelArguments: [`vec0:transport=tap,ifname=${place.tap},depth=128`],
  });
  const sh = async (script: string) => {
    const { status, stdout, stderr } = await guest.run(script);
    if (status !== 0) throw new Error(`status ${status} of: ${script}\n${stdout}${stderr}`);
    return stdout;
  };
  await sh(`export shared='${shared}'; . ${shared}/e2e-node.sh`);
  execFileSync("ip", ["route", "add", place.podSubnet, "via", place.address]);
  await slowly("the node has registered", async () => plane.api.get("/api/v1/nodes/n1"));
  const image = await ownImage(shared);
  await sh(`PATH=$PATH:${toolFolder(containerdTools)}; ctr -n k8s.io images import ${image}`);
  return {
    ...plane,
    sh,
    stop: async () => {
      await guest[Symbol.asyncDispose]();
      for (const end of enders) end();
      await plane.stop();
    },
  };
}

function writeNode(plane: ControlPlane, shared: string, values: object): void {
  const files = nodeFiles("n1", place, { nativestor: [20] }, "none", false);
  const kubelet = {
    ...(parse(String(files["kubelet.yaml"])) as object),
    clusterDNS: [nameServer],
    clusterDomain: "cluster.local",
  };
  const script = new URL("../../e2e/harness/node.sh", import.meta.url);
  const { url: server, caFile, adminToken: token } = plane;
  const all = {
    ...files,
    ...imagesOf(renderChart(values)),
    "kubelet.yaml": stringify(kubelet),
    "e2e-node.sh": readFileSync(fileURLToPath(script)),
    "kubelet.kubeconfig": kubeconfigText({ server, caFile, token }),
  };
  for (const [file, content] of Object.entries(all)) {
    const path = join(shared, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
}

/** Archives of Kubernetes' own images that manifests name, around the real programs. */
function imagesOf(manifests: string): Record<string, Buffer> {
  const names = [...new Set([...manifests.matchAll(/^\s*image: (.*)$/gm)].map(([, name = ""]) => name))];
  return Object.fromEntries(
    names.flatMap((name): [string, Buffer][] => {
      const program = basename(name).replace(/:.*/, "");
      if (program === "nativestor") return [];
      const folder = toolFolder(program === "kube-scheduler" ? kubeTools : csiTools);
      return [[`images/${program}.tar`, programImage(name, join(folder, program))]];
    }),
  );
}

/** Puts our image, once it is built, where the node sees it. @returns its path */
async function ownImage(shared: string): Promise<string> {
  const archive = process.env["NATIVESTOR_IMAGE"] ?? "";
  await until("the image is built", async () => existsSync(archive), imageLimitMs, 200);
  const path = join(shared, "nativestor.tar");
  copyFileSync(archive, path);
  return path;
}

function startDefaultScheduler(plane: ControlPlane): void {
  const config = plane.workspace.write(
    "scheduler.yaml",
    stringify({
      apiVersion: "kubescheduler.config.k8s.io/v1",
      kind: "KubeSchedulerConfiguration",
      clientConnection: { kubeconfig: plane.kubeconfigFor("scheduler", plane.schedulerToken) },
      leaderElection: { leaderElect: false },
    }),
  );
  startProgram(plane.workspace, "kube-scheduler", programPath("kube-scheduler"), [
    `--config=${config}`,
    "--secure-port=0",
  ]);
}

interface Slice {
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
  }[];
  readonly ports?: readonly { readonly port: number }[];
}

async function readyPod(plane: ControlPlane): Promise<{ host: string; port: number }> {
  const path = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  const slices = await plane.api.list<Slice>(`${path}?labelSelector=kubernetes.io%2Fservice-name%3Dnativestor`);
  const [found] = slices.flatMap(({ endpoints = [], ports = [] }) =>
    endpoints
      .filter(({ conditions }) => conditions?.ready === true)
      .map(({ addresses }) => ({ host: addresses[0] ?? "", port: ports[0]?.port ?? 0 })),
  );
  if (found === undefined) throw new Error("no pod of the service is ready");
  return found;
}
