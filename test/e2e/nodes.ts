import assert from "node:assert/strict";
import { test } from "node:test";
import type { RealCluster } from "./harness/cluster.ts";
import { image } from "./harness/node-files.ts";
import { openSpace, type Space } from "./harness/space.ts";
import { placed } from "./harness/volumes.ts";

/** The second node is taken out of service for a while. */
export function drainTest(cluster: RealCluster): void {
  test("a cordoned node takes no volume more; of a drained one pods come back to their volumes, which grew meanwhile", async () => {
    const space = await openSpace(cluster, "drained");
    await space.createClaim("data", { storageClass: "ssd", size: "256Mi" });
    await space.createPod("user", { claims: { "/data": "data" }, spec: preferring("n2") });
    assert.equal((await space.running("user")).spec.nodeName, "n2");
    await space.exec("user", "echo kept > /data/content && sync");
    await typed(cluster, "cordon n2");
    await space.createClaim("other", { storageClass: "ssd", size: "256Mi" });
    await space.createPod("other", { claims: { "/data": "other" }, spec: preferring("n2") });
    assert.notEqual((await space.running("other")).spec.nodeName, "n2");
    await typed(cluster, "drain n2 --force --ignore-daemonsets --delete-emptydir-data");
    await space.createPod("again", { claims: { "/data": "data" } });
    await space.event("again", /FailedScheduling: .*unschedulable/);
    await space.resize("data", "512Mi");
    await space.eventually("the file system's growth is pending", "data", async () =>
      (await space.claim("data")).status.conditions?.some(({ type }) => type === "FileSystemResizePending"),
    );
    await typed(cluster, "uncordon n2");
    await space.running("again");
    assert.equal(await space.exec("again", "cat /data/content"), "kept\n");
    await hasGrown(space, "data", "512Mi");
    await space.end();
  });
}

/** The third node is lost. */
export function lossTest(cluster: RealCluster): void {
  test("a node is lost for good: its pods get new volumes elsewhere, and nothing is known of the old ones", async () => {
    const space = await openSpace(cluster, "lost");
    await cluster.api.create("/apis/apps/v1/namespaces/lost/statefulsets", statefulSet("n3"));
    assert.equal((await space.running("web-0")).spec.nodeName, "n3");
    const first = await space.bound("data-web-0");
    const onDisk = await placed(cluster, space, "data-web-0");
    await cluster.loseNode("n3");
    const pod = await space.eventually("the pod runs elsewhere", "web-0", async () => {
      const found = await space.pod("web-0");
      return found.spec.nodeName !== "n3" && found.status.containerStatuses?.[0]?.ready === true && found;
    });
    assert.notEqual(pod.spec.nodeName, "n3");
    assert.notEqual((await space.bound("data-web-0")).spec.volumeName, first.spec.volumeName);
    await space.gone(`/api/v1/persistentvolumes/${first.spec.volumeName}`);
    const known = await cluster.api.list("/apis/topolvm.io/v1/logicalvolumes");
    assert.ok(!known.some(({ metadata }) => metadata.uid === onDisk.id));
    await cluster.api.remove("/apis/apps/v1/namespaces/lost/statefulsets/web");
    await space.end();
  });
}

/** Part of a pod's spec. */
function preferring(node: string): object {
  const matchExpressions = [{ key: "kubernetes.io/hostname", operator: "In", values: [node] }];
  const preferred = [{ weight: 100, preference: { matchExpressions } }];
  return { affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: preferred } } };
}

function statefulSet(node: string): object {
  const labels = { app: "web" };
  const container = {
    name: "main",
    image,
    imagePullPolicy: "Never",
    volumeMounts: [{ name: "data", mountPath: "/data" }],
  };
  const claim = {
    storageClassName: "ssd",
    accessModes: ["ReadWriteOnce"],
    resources: { requests: { storage: "256Mi" } },
  };
  const spec = {
    ...preferring(node),
    containers: [container],
    hostNetwork: true,
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
  };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "web" },
    spec: {
      serviceName: "web",
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec },
      volumeClaimTemplates: [{ metadata: { name: "data" }, spec: claim }],
    },
  };
}

async function typed({ kubectl }: RealCluster, command: string): Promise<void> {
  const { status, stderr } = await kubectl(command.split(" "));
  assert.equal(status, 0, `kubectl ${command}: ${stderr}`);
}

function hasGrown(space: Space, claim: string, size: string): Promise<unknown> {
  return space.eventually(
    `${claim} has ${size}`,
    claim,
    async () => (await space.claim(claim)).status.capacity?.storage === size,
  );
}
