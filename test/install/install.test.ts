import assert from "node:assert/strict";
import { after, test } from "node:test";
import { followExample } from "../e2e/first-volume.ts";
import { slowly } from "../e2e/harness/slowly.ts";
import { chart, namespace, startHelm } from "../kube/harness/helm.ts";
import { serviceAddress, startEmptyCluster } from "./harness/cluster.ts";

// one of each: the node has one processor; snapshots want more of a cluster
const values = {
  serve: { replicas: 1, service: { clusterIP: serviceAddress } },
  controller: { replicas: 1, snapshotter: { enabled: false } },
  scheduling: { secondScheduler: { replicas: 1 } },
};

const cluster = await startEmptyCluster(values);
after(() => cluster.stop());

async function helm(args: readonly string[], given: object = values): Promise<{ stdout: string; seconds: number }> {
  const started = performance.now();
  const where = [`--kubeconfig=${cluster.workspace.path("admin.kubeconfig")}`, `--namespace=${namespace}`];
  const input = args.includes("--values=-") ? JSON.stringify(given) : "";
  const { status, stdout, stderr } = await startHelm("helm", [...args, ...where], input);
  assert.equal(status, 0, stdout + stderr);
  return { stdout, seconds: Math.round((performance.now() - started) / 100) / 10 };
}

test("helm install has everything running", async (t) => {
  const options = ["--create-namespace", "--values=-", "--wait", "--timeout=6m"];
  const { seconds } = await helm(["install", "nativestor", chart, ...options]);
  t.diagnostic(`all ready after ${seconds} s`);
});

test("the first volume, as examples/first-volume/README.md tells it", (t) => followExample(cluster, t));

test("helm test finds the service, and has a volume written to", async () => {
  await helm(["test", "nativestor"]);
});

test("a pod that names our scheduler is marked, and placed by it", async () => {
  const { status, stderr } = await cluster.kubectl(["apply", "-f", "-"], JSON.stringify(exact));
  assert.equal(status, 0, stderr);
  const pod = await slowly("the pod runs", async () => {
    const found = await cluster.api.get("/api/v1/namespaces/default/pods/exact");
    return found.status?.["phase"] === "Running" && found;
  });
  assert.equal(pod.metadata.annotations?.["capacity.topolvm.io/00default"], String(2 ** 30));
});

test("helm upgrade exchanges our agent, and what is mounted goes on", async () => {
  await helm(["upgrade", "nativestor", chart, "--values=-", "--wait", "--timeout=6m"], {
    ...values,
    node: { config: { "orphan-grace": "48h" } },
  });
  assert.equal((await inPod("cat /data/word")).stdout, "kept\n");
});

test("helm uninstall leaves volumes and data, and a new install goes on with them", async () => {
  await helm(["uninstall", "nativestor", "--wait", "--timeout=4m"]);
  assert.equal((await inPod("cat /data/word")).stdout, "kept\n");
  assert.match(await cluster.sh("lvs --noheadings -o lv_name nativestor"), /\S/);
  await helm(["install", "nativestor", chart, "--values=-", "--wait", "--timeout=6m"]);
  await cluster.kubectl(["delete", "pod", "exact", "--wait=true"]);
  await slowly("its volume is off the disk", async () => {
    return (await cluster.sh("lvs --noheadings -o lv_name nativestor")).trim() === "";
  });
});

const inPod = (script: string) => cluster.kubectl(["exec", "exact", "--", "sh", "-c", script]);

const exact = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "exact", namespace: "default" },
  spec: {
    schedulerName: "nativestor-scheduler",
    terminationGracePeriodSeconds: 1,
    containers: [
      {
        name: "main",
        image: "busybox:1",
        command: ["sh", "-c", "echo kept >/data/word; sleep 1000000"],
        volumeMounts: [{ name: "data", mountPath: "/data" }],
      },
    ],
    volumes: [
      {
        name: "data",
        ephemeral: {
          volumeClaimTemplate: {
            spec: {
              storageClassName: "nativestor",
              accessModes: ["ReadWriteOnce"],
              resources: { requests: { storage: "1Gi" } },
            },
          },
        },
      },
    ],
  },
};
