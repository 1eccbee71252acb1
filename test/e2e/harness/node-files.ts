import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments, stringify } from "yaml";
import { containerdTools, kubeTools, toolFolder } from "../../setup/tools.ts";
import { busyboxImage } from "./image.ts";
import { hostAddress, type Place } from "./network.ts";

/** Image whose pods sleep until they are told to end. Called as the one that examples use, which nobody can fetch here. */
export const image = "docker.io/library/busybox:1";
const sandboxImage = "localhost/pause:1";
// the first process of a container ignores every signal that it has no handler for, and is killed after the grace only
const sleep = ["/bin/sh", "-c", "trap 'exit 0' TERM; while true; do sleep 1000000 & wait; done"];

/**
 * Volume groups of a node by name, with the sizes of their disks in GiB: /dev/ubdc, /dev/ubdd, … Those of a group with
 * several can be broken: /dev/mapper/GROUP-1, …
 */
export type Groups = Readonly<Record<string, readonly number[]>>;

/** Files that a guest needs to be a node, by name. */
export function nodeFiles(
  name: string,
  place: Place,
  groups: Groups,
  program: string,
  hasOwnLvmd: boolean,
): Record<string, string | Buffer> {
  const tools = [containerdTools, kubeTools].map(toolFolder).join(":");
  const variables = { name, address: place.address, gateway: hostAddress, tools, node: process.execPath, program };
  return {
    "node.env": Object.entries(variables)
      .map(([key, value]) => `${key}='${value}'\n`)
      .join(""),
    "disks.sh": disksScript(groups),
    "cni.conflist": JSON.stringify(podNetwork(place.podSubnet)),
    "containerd.toml": `version = 3\n[plugins.'io.containerd.cri.v1.images'.pinned_images]\n  sandbox = "${sandboxImage}"\n`,
    "kubelet.yaml": stringify(kubeletConfiguration),
    "images/pause.tar": busyboxImage(sandboxImage, sleep),
    "images/busybox.tar": busyboxImage(image, sleep),
    "lvmd.yaml": stringify(lvmdConfiguration(Object.keys(groups))),
    // as its container has them; in a cluster the kubeconfig is the pod's own
    "agent.args": [...agentArgs(hasOwnLvmd), "--log-level=debug"].join("\n"),
    "lvmd.args": hasOwnLvmd ? "lvmd --config=/etc/topolvm/lvmd.yaml --log-level=debug" : "",
  };
}

/** Disk letters of the guest's volume groups: the first one is the system's. */
const letters = "cdefghij";

// a group called `thin` gets a pool of all its room
function disksScript(groups: Groups): string {
  let used = 0;
  const lines = Object.entries(groups).flatMap(([group, sizes]) => {
    const own = sizes.map(() => `/dev/ubd${letters[used++] ?? ""}`);
    const mapped = own.map((_, index) => `${group}-${index + 1}`);
    const map = own.map((device, index) => `${mapDisk} ${mapped[index]} ${device}`);
    const devices = own.length === 1 ? own : mapped.map((name) => `/dev/mapper/${name}`);
    return [
      ...(own.length === 1 ? [] : map),
      `vgs -q ${group} >/dev/null 2>&1 || vgcreate -q ${group} ${devices.join(" ")}`,
      ...(group === "thin" ? [`lvs -q thin/pool >/dev/null 2>&1 || lvcreate -q -T -l 90%FREE thin/pool`] : []),
    ];
  });
  return `${mapDiskFunction}${lines.join("\n")}\n`;
}

const mapDisk = "map_disk";
// not from its first sector on: LVM would find the same group on both
const mapDiskFunction = `${mapDisk}() { dmsetup create "$1" --table "0 $(($(blockdev --getsz "$2") - 2048)) linear $2 2048"; }\n`;

interface ConfigMap {
  readonly kind: "ConfigMap";
  readonly data: Readonly<Record<string, string>>;
}

interface DaemonSet {
  readonly kind: "DaemonSet";
  readonly spec: { readonly template: { readonly spec: { readonly containers: { readonly args: string[] }[] } } };
}

const daemonSetFile = fileURLToPath(new URL("../../../deploy/manifests/node/daemonset.yaml", import.meta.url));

function manifests(): (ConfigMap | DaemonSet)[] {
  return parseAllDocuments(readFileSync(daemonSetFile, "utf8")).map((one) => one.toJS() as ConfigMap | DaemonSet);
}

function daemonSet(): { args: string[] } {
  const found = manifests().find((one) => one.kind === "DaemonSet");
  const args = found?.kind === "DaemonSet" ? found.spec.template.spec.containers[0]?.args : undefined;
  if (args === undefined) throw new Error(`${daemonSetFile} has no DaemonSet with arguments`);
  return { args };
}

function agentArgs(hasOwnLvmd: boolean): string[] {
  const { args } = daemonSet();
  return hasOwnLvmd
    ? args.map((arg) => arg.replace(/^--lvmd-config=.*/, "--lvmd-socket=/run/topolvm/lvmd.sock"))
    : args;
}

// what is shipped, but for the classes, which everybody edits: each is called as its volume group
function lvmdConfiguration(groups: readonly string[]): object {
  const found = manifests().find((one) => one.kind === "ConfigMap");
  const shipped = found?.kind === "ConfigMap" ? (found.data["lvmd.yaml"] ?? "") : "";
  const [document] = parseAllDocuments(shipped);
  return {
    ...(document?.toJS() as object),
    "lvcreate-option-classes": [{ name: "raid1", options: ["--type=raid1", "--nosync"] }],
    "device-classes": groups.map((name) => ({
      name,
      "volume-group": name,
      "spare-gb": 0,
      ...(name === "ssd" ? { default: true } : {}),
      ...(name === "thin" ? { type: "thin", "thin-pool": { name: "pool", "overprovision-ratio": 2 } } : {}),
    })),
  };
}

function podNetwork(subnet: string): object {
  const ipam = { type: "host-local", subnet, routes: [{ dst: "0.0.0.0/0" }] };
  return { cniVersion: "0.4.0", name: "pods", plugins: [{ type: "ptp", ipam }] };
}

const kubeletConfiguration = {
  apiVersion: "kubelet.config.k8s.io/v1beta1",
  kind: "KubeletConfiguration",
  authentication: { anonymous: { enabled: true }, webhook: { enabled: false } },
  authorization: { mode: "AlwaysAllow" },
  cgroupDriver: "cgroupfs",
  cgroupsPerQOS: false,
  enforceNodeAllocatable: [],
  containerRuntimeEndpoint: "unix:///run/containerd/containerd.sock",
  failSwapOn: false,
  // tells of volumes that are not well
  featureGates: { CSIVolumeHealth: true },
  resolvConf: "",
  evictionHard: {
    "memory.available": "10Mi",
    "nodefs.available": "0%",
    "imagefs.available": "0%",
    "nodefs.inodesFree": "0%",
  },
  // by default a minute each: how soon growth is noticed, and how old figures of volumes are
  syncFrequency: "10s",
  volumeStatsAggPeriod: "10s",
};
