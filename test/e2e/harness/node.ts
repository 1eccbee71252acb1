import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { kubeconfigText } from "../../kube/harness/kubeconfig.ts";
import { tokenOf } from "../../kube/harness/agents.ts";
import type { KubeObject } from "../../kube/harness/api.ts";
import type { ControlPlane } from "../../kube/harness/control-plane.ts";
import { bootGuest, type Guest } from "../../lvm/harness/guest.ts";
import { type Place, setConnected } from "./network.ts";
import { slowly } from "./slowly.ts";
import { type Groups, nodeFiles } from "./node-files.ts";

const GiB = 2 ** 30;
const systemDiskBytes = 8 * GiB;

/** A node of the cluster: a guest with kubelet, containerd, real LVM, and our agent. */
export interface Node {
  readonly name: string;
  /** Runs a shell script as root on it and answers what it printed. @throws Error where its status is not 0 */
  sh(script: string): Promise<string>;
  /** Runs a shell script in a container as `kubectl exec` does, but in a tenth of the time that it takes a guest. */
  shIn(container: string, script: string): Promise<string>;
  /** Names of the logical volumes in its groups, the thin pool left out, sorted. */
  volumesOnDisk(): Promise<string[]>;
  /** Programs of ours on it. */
  readonly programs: readonly NodeProgram[];
  /** Ends one the hard way; it is started again half a second later, or after the time that it is to be away. */
  kill(program: NodeProgram, awayMs?: number): Promise<void>;
  /** Has one of the disks of a group fail whatever is asked of it, or work again. */
  setDisk(disk: string, state: "broken" | "well"): Promise<void>;
  /** Takes it off the network for so long. */
  cutOff(forMs: number): Promise<void>;
  /** Resolves when kubelet has our driver, and its room is published. */
  ready(): Promise<void>;
  /** Halts it in order, or not, and boots it over the same disks. */
  reboot(how: "reboot" | "cutPower"): Promise<void>;
  agentLog(): string;
  stop(): Promise<void>;
}

/** The agent, and lvmd where it is a process of its own. */
export type NodeProgram = "agent" | "lvmd";

export interface NodeOptions {
  readonly plane: ControlPlane;
  readonly name: string;
  readonly place: Place;
  readonly groups: Groups;
  /** lvmd is a process of its own, and not part of the agent. */
  readonly hasOwnLvmd: boolean;
  /** File of our program, bundled. */
  readonly program: string;
}

/** Boots a guest and makes a node of it; resolves when it is ready. */
export async function startNode(options: NodeOptions): Promise<Node> {
  const { plane, name, place, groups, program, hasOwnLvmd } = options;
  const shared = plane.workspace.path(name);
  const write = (file: string, content: string | Buffer) => {
    mkdirSync(dirname(join(shared, file)), { recursive: true });
    writeFileSync(join(shared, file), content);
  };
  for (const [file, content] of Object.entries(nodeFiles(name, place, groups, program, hasOwnLvmd)))
    write(file, content);
  for (const script of ["node.sh", "agent.sh"])
    write(`e2e-${script}`, readFileSync(fileURLToPath(new URL(`./${script}`, import.meta.url))));
  const { url: server, caFile } = plane;
  const kubeconfig = (token: string) => kubeconfigText({ server, caFile, token });
  write("kubelet.kubeconfig", kubeconfig(plane.adminToken));

  const guest = await bootGuest({
    folder: shared,
    diskFolder: plane.workspace.path(`disks/${name}`),
    diskBytes: [
      systemDiskBytes,
      ...Object.values(groups)
        .flat()
        .map((gib) => gib * GiB),
    ],
    memory: "1536M",
    kernelArguments: [`vec0:transport=tap,ifname=${place.tap},depth=128`],
  });
  const sh = (script: string) => printedBy(guest, script);
  const runIn = (script: string) => sh(`export shared='${shared}'; . ${shared}/e2e-${script}`);
  const node: Node = {
    name,
    sh,
    // its mounts and its processes: what a script leaves running ends with the container
    shIn: (container, script) =>
      sh(`
        process=$(grep -l ${container} /proc/[0-9]*/cgroup | head -n 1 | cut -d / -f 3)
        nsenter -t "$process" -m -p sh -c "$(cat <<'END'\n${script}\nEND\n)"`),
    volumesOnDisk: async () => {
      // no field of segments: lvs would print a volume once for each of its own
      const lines = (await sh("lvs --noheadings -o lv_name,lv_layout"))
        .split("\n")
        .map((line) => line.trim().split(/\s+/));
      return lines
        .filter(([volume, layout]) => volume && layout !== "thin,pool")
        .map(([volume = ""]) => volume)
        .sort();
    },
    programs: hasOwnLvmd ? ["agent", "lvmd"] : ["agent"],
    kill: async (victim, awayMs = 0) => {
      if (awayMs > 0) await sh(`touch /run/${victim}.hold`);
      // it may be on its way up from the kill before
      await sh(`kill -KILL $(cat /run/${victim}.pid) || true`);
      if (awayMs === 0) return;
      await wait(awayMs);
      await sh(`rm /run/${victim}.hold`);
    },
    setDisk: async (disk, state) => {
      // the table that it was made with is kept beside it
      const table =
        state === "broken" ? `"0 $(blockdev --getsz /dev/mapper/${disk}) error"` : `"$(cat /run/${disk}.table)"`;
      if (state === "broken") await sh(`dmsetup table ${disk} >/run/${disk}.table`);
      await sh(
        `set -e; dmsetup suspend --noflush --nolockfs ${disk}; dmsetup reload ${disk} --table ${table}; dmsetup resume ${disk}`,
      );
    },
    cutOff: async (forMs) => {
      setConnected(place, false);
      await wait(forMs);
      setConnected(place, true);
    },
    ready: async () => {
      await slowly(`${name} is ready`, () => isReady(plane, name));
      await slowly(`${name} has our driver`, () => hasDriver(plane, name));
    },
    reboot: async (how) => {
      await guest[how]();
      await runIn("node.sh");
      await runIn("agent.sh");
    },
    agentLog: () => readFileSync(join(shared, "agent.log"), "utf8"),
    stop: () => guest[Symbol.asyncDispose](),
  };
  await runIn("node.sh");
  const { metadata } = await slowly(
    `${name} has registered`,
    async (): Promise<KubeObject> => plane.api.get(`/api/v1/nodes/${name}`),
  );
  const boundObjectRef = { apiVersion: "v1", kind: "Node", name, uid: metadata.uid };
  const token = await tokenOf(plane, "nativestor-node", { boundObjectRef });
  write("agent.kubeconfig", kubeconfig(token));
  write("agent.args", `${readFileSync(join(shared, "agent.args"), "utf8")}\n--kubeconfig=${shared}/agent.kubeconfig\n`);
  await runIn("agent.sh");
  await node.ready();
  return node;
}

async function printedBy(guest: Guest, script: string): Promise<string> {
  const { status, stdout, stderr } = await guest.run(script);
  if (status !== 0) throw new Error(`status ${status} of: ${script}\n${stdout}${stderr}`);
  return stdout;
}

interface NodeObject extends KubeObject {
  readonly status: { readonly conditions?: { type: string; status: string }[] };
}

async function isReady(plane: ControlPlane, name: string): Promise<boolean> {
  const { status, metadata } = await plane.api.get<NodeObject>(`/api/v1/nodes/${name}`);
  const isUp = status.conditions?.some((condition) => condition.type === "Ready" && condition.status === "True");
  return isUp === true && metadata.annotations?.["capacity.topolvm.io/ssd"] !== undefined;
}

async function hasDriver(plane: ControlPlane, name: string): Promise<boolean> {
  const { spec } = await plane.api.get<{ spec: { drivers?: { name: string; topologyKeys?: string[] }[] | null } }>(
    `/apis/storage.k8s.io/v1/csinodes/${name}`,
  );
  return spec.drivers?.some((driver) => driver.name === "topolvm.io") ?? false;
}
