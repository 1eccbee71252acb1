import { accessSync, constants, existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";

/** Programs that one Go module under test/tools/ pins, built together. */
export interface Toolset {
  /** Folder under test/tools/, and the first part of the built folder's name. */
  readonly name: string;
  /** The module whose version in go.mod is the version of the programs. */
  readonly module: string;
  /** Go package of each program. */
  readonly packages: Readonly<Record<string, string>>;
  /** What the linker is told, for a version such as `v1.36.3`. */
  readonly linkerFlags: (version: string) => string;
  /** Build tags: parts left out that need C libraries or kernels that no test has. */
  readonly tags?: string;
  /** Files that are taken out of the modules beside the programs: their module, and their path in it. */
  readonly files?: readonly { readonly module: string; readonly path: string }[];
}

/** The control plane, kubectl, and the agent of nodes. */
export const kubeTools: Toolset = {
  name: "kube",
  module: "k8s.io/kubernetes",
  packages: {
    "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
    "kube-controller-manager": "k8s.io/kubernetes/cmd/kube-controller-manager",
    "kube-scheduler": "k8s.io/kubernetes/cmd/kube-scheduler",
    kubectl: "k8s.io/kubernetes/cmd/kubectl",
    kubelet: "k8s.io/kubernetes/cmd/kubelet",
  },
  linkerFlags: kubeLinkerFlags,
};

/** The store of the API server. */
export const etcdTools: Toolset = {
  name: "etcd",
  module: "go.etcd.io/etcd/server/v3",
  packages: { etcd: "go.etcd.io/etcd/server/v3" },
  linkerFlags: () => "-s -w",
};

/** The CSI conformance suite, and the sidecars that bring a cluster's wishes to a driver. */
export const csiTools: Toolset = {
  name: "csi",
  module: "github.com/kubernetes-csi/csi-test/v5",
  packages: {
    "csi-sanity": "github.com/kubernetes-csi/csi-test/v5/cmd/csi-sanity",
    "csi-provisioner": "github.com/kubernetes-csi/external-provisioner/v6/cmd/csi-provisioner",
    "csi-resizer": "github.com/kubernetes-csi/external-resizer/v2/cmd/csi-resizer",
    "csi-snapshotter": "github.com/kubernetes-csi/external-snapshotter/v8/cmd/csi-snapshotter",
    "snapshot-controller": "github.com/kubernetes-csi/external-snapshotter/v8/cmd/snapshot-controller",
  },
  linkerFlags: () => "-s -w",
  files: ["volumesnapshotclasses", "volumesnapshotcontents", "volumesnapshots"].map((name) => ({
    module: "github.com/kubernetes-csi/external-snapshotter/client/v8",
    path: `config/crd/snapshot.storage.k8s.io_${name}.yaml`,
  })),
};

/** The container runtime: kubelet wants its version 2, which distributions do not have yet. */
export const containerdTools: Toolset = {
  name: "containerd",
  module: "github.com/containerd/containerd/v2",
  packages: {
    containerd: "github.com/containerd/containerd/v2/cmd/containerd",
    "containerd-shim-runc-v2": "github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2",
    ctr: "github.com/containerd/containerd/v2/cmd/ctr",
  },
  linkerFlags: (version) => `-s -w -X github.com/containerd/containerd/v2/version.Version=${version.replace(/^v/, "")}`,
  tags: "no_btrfs no_zfs no_devmapper",
};

/** A gRPC client that is none of ours. */
export const grpcTools: Toolset = {
  name: "grpc",
  module: "github.com/fullstorydev/grpcurl",
  packages: { grpcurl: "github.com/fullstorydev/grpcurl/cmd/grpcurl" },
  linkerFlags: (version) => `-s -w -X main.version=${version}`,
};

/** What installs the chart, in both versions that are in use. */
export const helmTools: Toolset = {
  name: "helm",
  module: "helm.sh/helm/v4",
  packages: { helm: "helm.sh/helm/v4/cmd/helm", helm3: "helm.sh/helm/v3/cmd/helm" },
  // the older one does not find out by itself which Kubernetes it is for
  linkerFlags: (version) =>
    [
      "-s -w",
      `-X helm.sh/helm/v4/internal/version.version=${version}`,
      "-X helm.sh/helm/v3/pkg/chartutil.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/chartutil.k8sVersionMinor=36",
      "-X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMajor=1 -X helm.sh/helm/v3/pkg/lint/rules.k8sVersionMinor=36",
    ].join(" "),
  files: ["certificates", "issuers"].map((name) => ({
    module: "github.com/cert-manager/cert-manager",
    path: `deploy/crds/cert-manager.io_${name}.yaml`,
  })),
};

/** The definitions of the Prometheus operator. */
export const monitoringTools: Toolset = {
  name: "monitoring",
  module: "github.com/prometheus-operator/prometheus-operator",
  packages: {},
  linkerFlags: () => "",
  files: ["podmonitors", "prometheusrules", "servicemonitors"].map((name) => ({
    module: "github.com/prometheus-operator/prometheus-operator",
    path: `example/prometheus-operator-crd/monitoring.coreos.com_${name}.yaml`,
  })),
};

/** Everything that `npm run test:setup` builds. */
export const toolsets: readonly Toolset[] = [
  kubeTools,
  etcdTools,
  containerdTools,
  csiTools,
  grpcTools,
  helmTools,
  monitoringTools,
];

// without a version the programs call themselves v0.0.0 and refuse each other
function kubeLinkerFlags(version: string): string {
  const [major, minor] = version.replace(/^v/, "").split(".");
  const values = {
    gitVersion: version,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: "clean",
    buildDate: "2026-01-01T00:00:00Z",
  };
  return [
    "-s -w",
    ...Object.entries(values).map(([key, value]) => `-X k8s.io/component-base/version.${key}=${value}`),
  ].join(" ");
}

/** Folder of a toolset's Go module. */
export function moduleFolder(toolset: Toolset): string {
  return fileURLToPath(new URL(`../tools/${toolset.name}`, import.meta.url));
}

/** The version that go.mod pins. */
export function versionOf(toolset: Toolset): string {
  const required = readFileSync(join(moduleFolder(toolset), "go.mod"), "utf8")
    .split("\n")
    .map((line) => line.trim().replace(/^require\s+/, ""))
    .find((line) => line.startsWith(`${toolset.module} v`));
  const version = required?.split(/\s+/)[1];
  if (version === undefined) throw new Error(`test/tools/${toolset.name}/go.mod does not require ${toolset.module}`);
  return version;
}

/** Where a toolset's programs are put: `$NATIVESTOR_TOOLS`, else a folder of the user's cache; one folder per version. */
export function toolFolder(toolset: Toolset): string {
  const cache = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const root = process.env.NATIVESTOR_TOOLS || join(cache, "nativestor/tools");
  return join(root, `${toolset.name}-${versionOf(toolset)}`);
}

/** Programs of a toolset that are not built yet. */
export function missingPrograms(toolset: Toolset): string[] {
  const folder = toolFolder(toolset);
  return Object.keys(toolset.packages).filter((program) => !isExecutable(join(folder, program)));
}

/** Files of a toolset that are not there yet. */
export function missingFiles(toolset: Toolset): readonly { readonly module: string; readonly path: string }[] {
  const folder = toolFolder(toolset);
  return (toolset.files ?? []).filter(({ path }) => !existsSync(join(folder, basename(path))));
}

/** `path` is a file that may be run. */
export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
