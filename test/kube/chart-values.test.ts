import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { type Helm, renderChart } from "./harness/helm.ts";

const config = { "device-classes": [{ name: "ssd", "volume-group": "vg" }] };
const lvmd = (...configurations: object[]) => ({
  lvmd: { configurations: configurations.map((one, at) => ({ name: `c${at}`, config, ...one })) },
});

// the field's name, which the two generations of helm write as /serve/replicas and serve.replicas, and what would be right
const wrong: readonly (readonly [values: object, field: string, right: RegExp])[] = [
  [{ serve: { replicas: "two" } }, "serve.replicas", /integer/],
  [{ serve: { replicas: 0 } }, "serve.replicas", /1/],
  [{ serve: { replica: 2 } }, "serve", /replica\b.*not allowed/],
  [{ serve: { config: { strategy: { ssd: "best-fit" } } } }, "serve.config", /strategy\b.*not allowed/],
  [{ node: { config: { "orphan-grce": "48h" } } }, "node.config", /orphan-grce\b.*not allowed/],
  [{ serve: { port: 80 } }, "serve.port", /1,?024/],
  [{ serve: { service: { clusterIP: "10.0.0" } } }, "serve.service.clusterIP", /ipv4/],
  [{ serve: { resources: { requests: { cpu: [] } } } }, "serve.resources.requests.cpu", /string/],
  [{ serve: { extraArgs: "--x" } }, "serve.extraArgs", /array/],
  [{ monitor: true }, "", /monitor\b.*not allowed/],
  [{ lvmd: { mode: "systemd" } }, "lvmd.mode", /embedded.*daemonset.*host/],
  [lvmd({ config: { ...config, "spare-gb": 1 } }), "lvmd.configurations.0.config", /spare-gb\b.*not allowed/],
  [
    lvmd({ config: { "device-classes": [{ name: "ssd", "volume-group": "vg", spare: 1 }] } }),
    "lvmd.configurations.0.config.device-classes.0",
    /spare\b.*not allowed/,
  ],
  [{ lvmd: { configurations: [{ name: "default", config: {} }] } }, "lvmd.configurations.0.config", /device-classes/],
  [{ scheduling: { mode: "none" } }, "scheduling.mode", /extender.*second-scheduler.*storage-capacity/],
  [{ images: { nativestor: { digest: "sha256:1" } } }, "images.nativestor.digest", /sha256:\[0-9a-f\]\{64\}/],
  [{ images: { registry: "https://mirror.example" } }, "images.registry", /pattern/],
  [{ images: { pullPolicy: "Sometimes" } }, "images.pullPolicy", /Always.*IfNotPresent.*Never/],
  [{ images: { pullSecrets: ["mirror"] } }, "images.pullSecrets.0", /object/],
  [{ storageClasses: [{ deviceClass: "ssd" }] }, "storageClasses.0", /name/],
  [{ storageClasses: [{ name: "fast", fsType: "zfs" }] }, "storageClasses.0.fsType", /ext4.*xfs.*btrfs/],
  [{ storageClasses: [{ name: "fast", reclaimPolicy: "Keep" }] }, "storageClasses.0.reclaimPolicy", /Delete.*Retain/],
  [{ node: { kubeletDir: "var/lib/kubelet" } }, "node.kubeletDir", /\^\//],
  [{ node: { maxUnavailable: "lots" } }, "node.maxUnavailable", /integer/],
  [{ webhooks: { pods: { timeoutSeconds: 60 } } }, "webhooks.pods.timeoutSeconds", /30/],
  [{ webhooks: { pods: { failurePolicy: "fail" } } }, "webhooks.pods.failurePolicy", /Fail.*Ignore/],
  [{ networkPolicies: { apiServer: ["10.0.0.1"] } }, "networkPolicies.apiServer.0", /pattern/],
  [{ networkPolicies: { metricsFrom: [{ pods: {} }] } }, "networkPolicies.metricsFrom.0", /pods\b.*not allowed/],
  [{ certificates: { caBundle: "LS0tLS1CRUdJTg==" } }, "certificates.caBundle", /-----BEGIN CERTIFICATE-----/],
  [{ certificates: { own: { certificateLife: "1 year" } } }, "certificates.own.certificateLife", /h\|m\|s/],
  [{ certificates: { certManager: { issuerRef: { kind: "Issuer" } } } }, "certificates.certManager.issuerRef", /name/],
];

// what contradicts each other is told by the chart itself
const contradicting: readonly (readonly [what: string, values: object, says: RegExp])[] = [
  [
    "lives of certificates that leave no time to renew",
    { certificates: { own: { certificateLife: "100h", authorityLife: "200h" } } },
    /certificates\.own\.authorityLife: 200h must be at least six times certificateLife \(100h\)/,
  ],
  [
    "certificates that are to be renewed before they are made",
    { certificates: { mode: "cert-manager", certManager: { duration: "1h", renewBefore: "60m" } } },
    /certificates\.certManager\.renewBefore: 60m must be shorter than duration \(1h\)/,
  ],
  [
    "an authority that is given where another one is made",
    { certificates: { caBundle: "-----BEGIN CERTIFICATE-----\n" } },
    /certificates\.caBundle: .*leave it empty, or set the mode given/,
  ],
  [
    "two default classes",
    {
      storageClasses: [
        { name: "a", default: true },
        { name: "b", default: true },
      ],
    },
    /storageClasses: a and b are both the default; let one be it/,
  ],
  [
    "a class of disks without a volume group",
    lvmd({ config: { "device-classes": [{ name: "ssd" }] } }),
    /lvmd\.configurations: c0: device class ssd: volume-group is missing/,
  ],
  ["two classes of one name", { storageClasses: [{ name: "a" }, { name: "a" }] }, /storageClasses: .*two .*name a/],
  [
    "a class of disks that no node has",
    { storageClasses: [{ name: "a", deviceClass: "nvme" }] },
    /storageClasses: a has the deviceClass nvme, which is in no lvmd\.configurations; there: ssd/,
  ],
  [
    "snapshots that nobody takes",
    { controller: { snapshotter: { enabled: false } }, snapshotClasses: [{ name: "s" }] },
    /snapshotClasses: .*enable it, or leave the classes out/,
  ],
  [
    "schedulers that have nothing to go by",
    { scheduling: { mode: "storage-capacity" }, csiDriver: { storageCapacity: false } },
    /csiDriver\.storageCapacity: .*leave it null/,
  ],
  [
    "a second scheduler in the name of the first",
    { scheduling: { secondScheduler: { schedulerName: "default-scheduler" } } },
    /secondScheduler\.schedulerName: .*choose another name/,
  ],
  [
    "a socket of lvmd where nobody looks for it",
    { lvmd: { mode: "daemonset", configurations: [{ name: "default", config: { ...config, "socket-name": "/a" } }] } },
    /lvmd\.configurations: default: leave socket-name out/,
  ],
  ["two configurations of lvmd without a nodeSelector", lvmd({}, {}), /c0 and c1: all but one need a nodeSelector/],
  [
    "a nodeSelector of two labels beside none",
    lvmd({}, { nodeSelector: { a: "b", c: "d" } }),
    /the nodeSelector of c1 must have one label/,
  ],
  [
    "two configurations of one name",
    lvmd({ name: "a" }, { name: "a", nodeSelector: { a: "b" } }),
    /lvmd\.configurations: there are two with the name a/,
  ],
];

const refusal = (values: object, program: Helm): string => {
  try {
    renderChart(values, { program });
  } catch (error) {
    return String(error);
  }
  return assert.fail(`${program} took ${JSON.stringify(values)}`);
};

for (const program of ["helm", "helm3"] satisfies Helm[])
  describe(`wrong values, told by ${program}`, () => {
    for (const [values, field, right] of wrong)
      test(`${JSON.stringify(values)} is refused by the name of the field, and what would be right is said`, () => {
        const message = refusal(values, program);
        assert.ok(message.replaceAll("/", ".").includes(field), message);
        assert.match(message.replaceAll("\n", " "), right);
      });
    for (const [what, values, says] of contradicting)
      test(`${what}: refused, with what to do instead`, () => {
        assert.match(refusal(values, program), says);
      });
  });

test("snapshots are taken where the cluster knows them, unless it is said", () => {
  const takes = (values: object, ...apiVersions: string[]) =>
    /name: csi-snapshotter$/m.test(renderChart(values, { apiVersions }));
  const group = "snapshot.storage.k8s.io/v1";
  assert.deepEqual([takes({}), takes({}, group)], [false, true]);
  const said = (enabled: boolean) => ({ controller: { snapshotter: { enabled } } });
  assert.deepEqual([takes(said(true)), takes(said(false), group)], [true, false]);
});

interface Workload {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly spec: {
    readonly enableServiceLinks?: boolean;
    readonly strategy?: { readonly rollingUpdate: { readonly maxUnavailable: number } };
    readonly template: { readonly spec: { readonly enableServiceLinks?: boolean } };
  };
}

const workloads = (values: object) =>
  parseAllDocuments(renderChart(values))
    .flatMap((one) => (one.toJS() as Workload | null) ?? [])
    .filter(({ kind }) => ["Deployment", "DaemonSet", "Pod"].includes(kind));

test("no pod gets variables of Services: that of ours would be called as our settings are", () => {
  const all = workloads({ lvmd: { mode: "daemonset" } });
  assert.equal(all.length, 7);
  for (const { kind, metadata, spec } of all)
    assert.equal((kind === "Pod" ? spec : spec.template.spec).enableServiceLinks, false, metadata.name);
});

test("an upgrade never waits for a port that the old replica holds", () => {
  const [atOnce, after] = [false, true].map((hostNetwork) => {
    const serve = workloads({ serve: { hostNetwork } }).find(({ metadata }) => metadata.name === "nativestor");
    return serve?.spec.strategy?.rollingUpdate.maxUnavailable;
  });
  assert.deepEqual([atOnce, after], [0, 1]);
});
