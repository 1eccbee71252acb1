import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseAllDocuments } from "yaml";
import { allows, type Connection, type Party } from "../deploy/network-policies/evaluate.ts";
import type { NetworkPolicy } from "../deploy/network-policies/policy.ts";
import { namespace, renderChart } from "./harness/helm.ts";

// Nobody enforces policies here: what they say is held against who really calls whom.

interface PodSpec {
  readonly hostNetwork?: boolean;
  readonly containers: readonly {
    readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  }[];
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels: Readonly<Record<string, string>> };
  readonly spec: PodSpec & {
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
  };
}

const nodeAddress = "10.1.0.7";
const apiServer: Party = { address: "10.1.0.1" };
const apiService: Party = { address: "10.96.0.1" };
const internet: Party = { address: "203.0.113.1" };
const otherPod = (name: string, labels: Readonly<Record<string, string>>): Party => ({
  address: "10.2.9.9",
  pod: { namespace: name, labels, namespaceLabels: { "kubernetes.io/metadata.name": name }, ports: {} },
});
const dns = otherPod("kube-system", { "k8s-app": "kube-dns" });
const prometheus = otherPod("monitoring", { "app.kubernetes.io/name": "prometheus" });
const stranger = otherPod("default", { app: "stranger" });

const portsOf = ({ containers }: PodSpec) =>
  Object.fromEntries(containers.flatMap(({ ports = [] }) => ports.map((port) => [port.name, port.containerPort])));

function partyOf(labels: Readonly<Record<string, string>>, spec: PodSpec): Party {
  if (spec.hostNetwork === true) return { address: nodeAddress };
  const namespaceLabels = { "kubernetes.io/metadata.name": namespace };
  return { address: "10.2.0.3", pod: { namespace, labels, namespaceLabels, ports: portsOf(spec) } };
}

/** The chart with these values: its policies, and its pods by the names of what makes them. */
function installed(values: object) {
  const rendered = renderChart({ ...values, networkPolicies: { enabled: true, ...policyValues(values) } });
  const objects = parseAllDocuments(rendered).flatMap((one) => (one.toJS() as Manifest | null) ?? []);
  const policies = objects.filter(({ kind }) => kind === "NetworkPolicy") as unknown as NetworkPolicy[];
  const pods = new Map(
    objects.flatMap((one): [string, { party: Party; ports: Readonly<Record<string, number>> }][] => {
      const isTemplate = one.kind === "Deployment" || one.kind === "DaemonSet";
      if (!isTemplate && one.kind !== "Pod") return [];
      const { labels, spec } = isTemplate
        ? { labels: one.spec.template.metadata.labels, spec: one.spec.template.spec }
        : { labels: one.metadata.labels, spec: one.spec };
      return [[one.metadata.name, { party: partyOf(labels, spec), ports: portsOf(spec) }]];
    }),
  );
  const pod = (name: string) => {
    const found = pods.get(name);
    if (found === undefined) throw new Error(`the chart makes no ${name}; it makes ${[...pods.keys()].join(", ")}`);
    return found.party;
  };
  return { pod, pods, can: (connection: Connection) => allows(policies, connection) };
}

const policyValues = (values: { readonly networkPolicies?: object }) => values.networkPolicies ?? {};

const modes: Readonly<Record<string, object>> = {
  "nothing else said": {},
  "the cluster's own scheduler": { scheduling: { mode: "extender" } },
  "`serve` on the network of its node": { serve: { hostNetwork: true, port: 9555 } },
  "another port": { serve: { port: 10443 } },
  "the API server's address said": { networkPolicies: { apiServer: ["10.1.0.1/32", "10.96.0.1/32"] } },
  "CSIStorageCapacity alone": { scheduling: { mode: "storage-capacity" } },
  "lvmd in pods of its own, several configurations": {
    lvmd: {
      mode: "daemonset",
      configurations: [
        { name: "default", config: { "device-classes": [{ name: "ssd", "volume-group": "vg" }] } },
        {
          name: "fast",
          nodeSelector: { a: "b" },
          config: { "device-classes": [{ name: "ssd", "volume-group": "vg" }] },
        },
      ],
    },
  },
};

for (const [what, values] of Object.entries(modes))
  describe(`policies with ${what}`, () => {
    const { pod, pods, can } = installed(values);
    const { scheduling = {}, serve = {} } = values as { scheduling?: { mode?: string }; serve?: { port?: number } };
    const { mode = "second-scheduler" } = scheduling;
    const { port = 9443 } = serve;
    const ours = [...pods.keys()].filter((name) => !name.includes("-test-"));
    const agents = ours.filter((name) => /-(controller|node|lvmd)/.test(name));

    test("every role but lvmd calls the API server, and asks for names", () => {
      for (const from of ours.filter((name) => !name.includes("-lvmd")).map(pod)) {
        assert.ok(can({ from, to: apiServer, port: 6443 }));
        assert.ok(can({ from, to: apiService, port: 443 }));
        assert.ok(can({ from, to: dns, port: 53, protocol: "UDP" }));
        assert.ok(can({ from, to: dns, port: 53 }));
      }
    });

    test("Prometheus reads the metrics of controller, node and lvmd", () => {
      assert.ok(agents.length >= 2);
      for (const name of agents) {
        const { metrics = 0 } = pods.get(name)?.ports ?? {};
        assert.ok(can({ from: prometheus, to: pod(name), port: metrics }), name);
      }
    });

    test("nobody reaches an agent elsewhere, nor a scheduler at all", () => {
      for (const name of agents) assert.ok(!can({ from: stranger, to: pod(name), port: 10250 }), name);
      if (mode === "second-scheduler")
        assert.ok(!can({ from: stranger, to: pod("nativestor-scheduler"), port: 10259 }));
    });

    test("no role calls any other pod", () => {
      for (const name of ours.filter((one) => pod(one).pod !== undefined))
        assert.ok(!can({ from: pod(name), to: stranger, port: 8080 }), name);
    });

    if (mode !== "storage-capacity")
      test("API server, schedulers, controller, Prometheus and `helm test` call `serve`", () => {
        const to = pod("nativestor");
        const callers = [apiServer, prometheus, pod("nativestor-controller"), pod("nativestor-test-service")];
        if (mode === "second-scheduler") callers.push(pod("nativestor-scheduler"));
        for (const from of callers) assert.ok(can({ from, to, port }), JSON.stringify(from));
      });
  });

test("with the API server's address said, no role calls any other address", () => {
  const { pod, can } = installed({ networkPolicies: { apiServer: ["10.1.0.1/32"] } });
  for (const name of ["nativestor", "nativestor-controller", "nativestor-node", "nativestor-scheduler"]) {
    assert.ok(can({ from: pod(name), to: apiServer, port: 6443 }), name);
    assert.ok(!can({ from: pod(name), to: internet, port: 443 }), name);
  }
});

test("lvmd in pods of its own calls nobody", () => {
  const { pod, can } = installed({ lvmd: { mode: "daemonset" } });
  assert.ok(!can({ from: pod("nativestor-lvmd"), to: apiServer, port: 6443 }));
  assert.ok(!can({ from: pod("nativestor-lvmd"), to: dns, port: 53 }));
});

test("with its readers said, metrics of the agents are for nobody else", () => {
  const metricsFrom = [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "monitoring" } } }];
  const { pod, can } = installed({ networkPolicies: { metricsFrom } });
  for (const name of ["nativestor-controller", "nativestor-node"]) {
    assert.ok(can({ from: prometheus, to: pod(name), port: 9808 }), name);
    assert.ok(!can({ from: stranger, to: pod(name), port: 9808 }), name);
  }
});

test("a port that some pod opens is one that the policies know of", () => {
  const { pods } = installed(modes["lvmd in pods of its own, several configurations"] ?? {});
  const opened = new Set([...pods.values()].flatMap(({ ports }) => Object.values(ports)));
  // sidecars, kubelet and lvmd are spoken to over sockets in folders, where no policy is asked
  assert.deepEqual(
    [...opened].toSorted((a, b) => a - b),
    [9443, 9808, 9809, 10259],
  );
});
