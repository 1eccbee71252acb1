import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { apart, notApart } from "../runner/apart.ts";
import type { Bench } from "./support/bench.ts";
import { type PodTimes, partsOf } from "./support/first-pod.ts";

const pods = 10;
const main = fileURLToPath(new URL("./support/first-pod-main.ts", import.meta.url));

/** From a claim and its pod to the running container, on nodes with a kubelet. */
export const bench: Bench = {
  title: "From a claim to a running pod",
  about: `The cluster of the end-to-end tests: a control plane with all sidecars, and three nodes that are guests of User-Mode Linux, each with kubelet, containerd and real LVM, on
which system calls and new processes are about 20 times slower than on the host. A claim of 256 MiB (ext4) and a pod that mounts it are made together, ${pods} times, each when the one before
runs. *Admission* ends when both requests are answered, *scheduling* when the claim names a node, *provision* when the pod does (csi-provisioner, CreateVolume, binding), *mount* with
NodePublishVolume, *container* when kubelet says that it is ready: moments at which watches of the API server tell it. *LVM and programs* is what whoever makes such a volume waits for: lvmd's CreateLV, which
takes no longer than lvcreate (see there), blkid, mkfs, mknod and mount, by the steps that the nodes' metrics tell. *Ours* is the rest of our calls: the answers of webhook and extender, CreateVolume and
NodePublishVolume, from request to answer as service, controller and node tell them.`,
  run: async (say) => {
    const reason = notApart();
    if (reason !== undefined)
      throw new Error(`it changes the network, and namespaces of its own cannot be made: ${reason}`);
    say("a cluster is booted");
    const { stdout } = await promisify(execFile)("env", [...apart, process.execPath, main, String(pods)]);
    return partsOf(JSON.parse(stdout) as PodTimes[]);
  },
};
