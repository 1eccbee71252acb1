/** A certificate that nobody checks: the API server wants one that can be read. */
const authority = `-----BEGIN CERTIFICATE-----
MIIBdDCCARmgAwIBAgIUTestTestTestTestTestTestTestTestMAoGCCqGSM49
-----END CERTIFICATE-----
`;

const disks = (group: string) => ({ "device-classes": [{ name: "ssd", "volume-group": group, default: true }] });

/** Values as people have them, by what they are for. Each is rendered, and shown to a real API server. */
export const valueSets: Readonly<Record<string, object>> = {
  "nothing said": {},
  "certificates that are given": { certificates: { mode: "given", caBundle: authority } },
  "certificates by cert-manager": {
    certificates: { mode: "cert-manager" },
    serve: { clientCertificates: { required: true } },
  },
  "an issuer of one's own": {
    certificates: { mode: "cert-manager", certManager: { issuerRef: { kind: "ClusterIssuer", name: "company" } } },
  },
  "the cluster's scheduler, with client certificates": {
    scheduling: { mode: "extender" },
    serve: { clientCertificates: { required: true }, service: { clusterIP: "10.0.0.99" } },
  },
  "the second scheduler, with client certificates": {
    scheduling: { mode: "second-scheduler", secondScheduler: { qps: 500 } },
    serve: { clientCertificates: { required: true } },
  },
  "CSIStorageCapacity alone": { scheduling: { mode: "storage-capacity" } },
  "legacy names": { legacyNames: true },
  "lvmd in pods of its own": { lvmd: { mode: "daemonset" } },
  "lvmd on the host": { lvmd: { mode: "host", socketDir: "/run/lvmd" } },
  "several configurations of lvmd": {
    lvmd: {
      configurations: [
        { name: "default", config: disks("vg") },
        { name: "fast", nodeSelector: { disks: "nvme" }, config: disks("nvme") },
        { name: "large", nodeSelector: { disks: "hdd" }, config: disks("hdd") },
      ],
    },
    node: { nodeSelector: { "node-role.kubernetes.io/storage": "" } },
  },
  "several configurations of lvmd in pods of their own": {
    lvmd: {
      mode: "daemonset",
      configurations: [
        { name: "fast", nodeSelector: { disks: "nvme" }, config: disks("nvme") },
        { name: "rest", config: disks("vg") },
      ],
    },
  },
  "no internet": {
    images: {
      registry: "mirror.example:5000/k8s",
      pullSecrets: [{ name: "mirror" }],
      nativestor: { digest: `sha256:${"0".repeat(64)}` },
    },
  },
  "network policies and a quota": {
    networkPolicies: {
      enabled: true,
      apiServer: ["10.0.0.1/32"],
      metricsFrom: [{ namespaceSelector: { matchLabels: { monitoring: "yes" } } }],
    },
    criticalPodsQuota: { create: true },
  },
  "classes of volumes and of snapshots": {
    storageClasses: [
      { name: "fast", default: true, deviceClass: "ssd", fsType: "xfs", mountOptions: ["noatime"] },
      { name: "kept", reclaimPolicy: "Retain", allowVolumeExpansion: false, volumeBindingMode: "Immediate" },
    ],
    controller: { snapshotter: { enabled: true } },
    snapshotClasses: [{ name: "snapshots", default: true, deletionPolicy: "Retain" }],
  },
  "watched by the Prometheus operator": {
    monitoring: {
      monitors: { enabled: true, interval: "15s", labels: { release: "prometheus" } },
      rules: { enabled: true, labels: { release: "prometheus" } },
      dashboards: { enabled: true, annotations: { grafana_folder: "Storage" } },
    },
  },
  "protected metrics, read by the Prometheus operator, with lvmd in pods of its own": {
    metrics: { protected: true },
    lvmd: { mode: "daemonset" },
    monitoring: {
      monitors: { enabled: true },
      rules: { enabled: true },
      dashboards: { enabled: true, namespace: "default" },
    },
  },
  "no snapshots, no advice, no policy": {
    controller: { snapshotter: { enabled: false } },
    webhooks: { claims: { enabled: false }, storageClasses: { enabled: false } },
    node: { policy: { enabled: false } },
    storageClasses: [],
  },
  "settings of all roles": {
    metrics: { protected: true },
    serve: { config: { strategies: { hdd: "best-fit" }, validation: "refuse" }, hostNetwork: true, replicas: 3 },
    controller: { config: { orphans: "remove" }, podAnnotations: { a: "b" } },
    node: { config: { "orphan-grace": "48h" }, kubeletDir: "/var/snap/kubelet", podLabels: { c: "d" } },
    log: { level: "debug", format: "text" },
    commonLabels: { team: "storage" },
    name: "local",
  },
};
