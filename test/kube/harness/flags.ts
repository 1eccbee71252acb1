/** Flags of etcd: quick and forgetful, for a cluster that lives minutes. */
export function etcdFlags(clientPort: number, peerPort: number): string[] {
  const client = `http://127.0.0.1:${clientPort}`;
  const peer = `http://127.0.0.1:${peerPort}`;
  return [
    "--data-dir=etcd",
    "--unsafe-no-fsync",
    "--log-level=error",
    `--listen-client-urls=${client}`,
    `--advertise-client-urls=${client}`,
    `--listen-peer-urls=${peer}`,
    `--initial-advertise-peer-urls=${peer}`,
    `--initial-cluster=default=${peer}`,
  ];
}

/**
 * Flags of kube-apiserver; files are those that the control plane writes into its folder.
 * @param address where kubelets find it, and it finds them; without one there are none
 */
export function apiServerFlags(port: number, etcdPort: number, address?: string): string[] {
  return [
    `--etcd-servers=http://127.0.0.1:${etcdPort}`,
    `--bind-address=${address === undefined ? "127.0.0.1" : "0.0.0.0"}`,
    `--advertise-address=${address ?? "127.0.0.1"}`,
    // the Service `kubernetes` must not point to a loopback address, and nobody uses it here
    "--endpoint-reconciler-type=none",
    `--secure-port=${port}`,
    "--tls-cert-file=api.crt",
    "--tls-private-key-file=api.key",
    "--client-ca-file=ca.crt",
    "--token-auth-file=tokens.csv",
    "--authorization-mode=RBAC",
    // agents of nodes mount and enter the host's namespaces
    "--allow-privileged=true",
    "--service-account-issuer=https://kubernetes.default.svc",
    "--service-account-key-file=sa.key",
    "--service-account-signing-key-file=sa.key",
    "--service-cluster-ip-range=10.0.0.0/24",
    address === undefined
      ? // it would taint each new node as not ready until the node lifecycle controller sees a kubelet
        "--disable-admission-plugins=TaintNodesByCondition"
      : "--kubelet-preferred-address-types=InternalIP",
  ];
}

/**
 * The controllers that have a part in placing pods, and in what pods and monitors show. The one of the nodes' life cycle is not among them: the nodes have no
 * kubelet, and it would taint them for want of heartbeats.
 */
const controllers = [
  "serviceaccount-controller",
  "serviceaccount-token-controller",
  "statefulset-controller",
  "ephemeral-volume-controller",
  "persistentvolume-binder-controller",
  "persistentvolume-protection-controller",
  "persistentvolumeclaim-protection-controller",
];

/** Flags of kube-controller-manager. @param hasKubelets all controllers run: nodes show that they live */
export function controllerManagerFlags(kubeconfig: string, hasKubelets = false): string[] {
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
    "--secure-port=0",
    "--leader-elect=false",
    // its own limit, 20 a second, would bind four claims a second
    "--kube-api-qps=500",
    "--kube-api-burst=1000",
    `--controllers=${hasKubelets ? "*" : controllers.join(",")}`,
    "--service-account-private-key-file=sa.key",
    "--root-ca-file=ca.crt",
  ];
}
