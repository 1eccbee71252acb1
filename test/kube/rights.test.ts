import assert from "node:assert/strict";
import { after, test } from "node:test";
import { startControlPlane } from "./harness/control-plane.ts";
import { renderChart } from "./harness/helm.ts";
import { deploy } from "./harness/agents.ts";

const plane = await startControlPlane("rights");
after(() => plane.stop());

await deploy(plane, "namespace.yaml");
const rendered = renderChart({
  lvmd: { mode: "daemonset" },
  metrics: { protected: true },
  controller: { snapshotter: { enabled: true } },
});
const rights = rendered
  .split(/^---$/m)
  .filter((text) => /^kind: (ServiceAccount|(Cluster)?Role(Binding)?)$/m.test(text))
  .join("---\n");
const applied = await plane.kubectl(["apply", "--server-side", "-f", "-"], rights);
assert.equal(applied.status, 0, applied.stderr);

const accounts = ["nativestor", "nativestor-controller", "nativestor-node", "nativestor-lvmd", "nativestor-scheduler"];
const own = "nativestor-system";

/** `VERBS [GROUP/]RESOURCE[/SUBRESOURCE] [in NAMESPACE] [called NAME]`: a wish that the API server is asked about. */
async function refused(account: string, wish: string): Promise<string[]> {
  const parts = /^(\S+) (?:([\w.]+\.[\w.]+)\/)?([\w*]+)(?:\/(\w+))?(?: in (\S+))?(?: called (\S+))?$/.exec(wish);
  assert.ok(parts !== null, wish);
  const [, verbs = "", group = "", resource = "", subresource, inNamespace, name] = parts;
  const answers = await Promise.all(
    verbs.split(",").map(async (verb) => {
      const { status } = await plane.api.create<{ status: { allowed: boolean } }>(
        "/apis/authorization.k8s.io/v1/subjectaccessreviews",
        {
          apiVersion: "authorization.k8s.io/v1",
          kind: "SubjectAccessReview",
          spec: {
            user: `system:serviceaccount:${own}:${account}`,
            groups: ["system:serviceaccounts", `system:serviceaccounts:${own}`, "system:authenticated"],
            resourceAttributes: { verb, group, resource, subresource, namespace: inNamespace, name },
          },
        },
      );
      return status.allowed ? [] : [verb];
    }),
  );
  return answers.flat();
}

/** What each account does when it does its work. */
const work: Readonly<Record<string, readonly string[]>> = {
  nativestor: [
    "get,list,watch nodes",
    "get,list,watch persistentvolumeclaims",
    "get,list,watch storage.k8s.io/storageclasses",
    "get,list,watch topolvm.io/logicalvolumes",
    `create coordination.k8s.io/leases in ${own}`,
    `get,update coordination.k8s.io/leases in ${own} called topolvm-io-extender`,
    `get,update coordination.k8s.io/leases in ${own} called topolvm-io-certificates`,
    ...["nativestor-ca", "nativestor-tls", "nativestor-scheduler"].map(
      (name) => `get,list,watch,create,patch secrets in ${own} called ${name}`,
    ),
    "get,list,watch,patch admissionregistration.k8s.io/mutatingwebhookconfigurations called nativestor",
    "get,list,watch,patch admissionregistration.k8s.io/validatingwebhookconfigurations called nativestor",
    "create authentication.k8s.io/tokenreviews",
    "create authorization.k8s.io/subjectaccessreviews",
  ],
  "nativestor-controller": [
    "get,list,watch,patch nodes",
    "get,list,watch,patch,delete persistentvolumeclaims",
    "list,delete pods",
    "get,list,watch,create,patch,delete topolvm.io/logicalvolumes",
    "patch topolvm.io/logicalvolumes/status",
    "create,patch events.k8s.io/events",
    `get,update coordination.k8s.io/leases in ${own} called topolvm-io-controller`,
    "get,list,watch,create,patch,delete persistentvolumes",
    "patch persistentvolumeclaims/status",
    `get,list,watch,create,update,patch,delete storage.k8s.io/csistoragecapacities in ${own}`,
    `get,update coordination.k8s.io/leases in ${own} called external-resizer-topolvm-io`,
    "update,patch snapshot.storage.k8s.io/volumesnapshotcontents/status",
  ],
  "nativestor-node": [
    "get,list,watch,patch nodes",
    "get,list,watch,patch topolvm.io/logicalvolumes",
    "patch topolvm.io/logicalvolumes/status",
    "create,patch events.k8s.io/events",
  ],
  "nativestor-lvmd": [],
  "nativestor-scheduler": [
    "get,list,watch pods",
    "create pods/binding in default",
    "list,watch nodes",
    "patch,update persistentvolumeclaims",
    `create coordination.k8s.io/leases in ${own}`,
    `get,update coordination.k8s.io/leases in ${own} called nativestor-scheduler`,
  ],
};

/** What none may, since it would be a way to more. */
const never: readonly string[] = [
  "get,list,watch,create,update,patch,delete secrets in kube-system",
  "get,list,watch,create,update,patch,delete secrets in default",
  "get,list,watch,create,update,patch,delete secrets",
  "create,update,patch pods in default",
  `create,update,patch pods in ${own}`,
  `get,list,watch,create,update,patch,delete secrets in ${own}`,
  `get,list,patch,create secrets in ${own} called sh.helm.release.v1.nativestor.v1`,
  "patch admissionregistration.k8s.io/mutatingwebhookconfigurations called another",
  "create pods/exec in default",
  "create pods/attach in default",
  "create,update,patch,delete apps/daemonsets in kube-system",
  "create,update,patch apps/deployments in default",
  "create,delete,update nodes",
  "get,create nodes/proxy",
  "create serviceaccounts/token in kube-system",
  "create,update,patch,bind,escalate rbac.authorization.k8s.io/clusterroles",
  "create,update,patch rbac.authorization.k8s.io/clusterrolebindings",
  "create,update,patch rbac.authorization.k8s.io/rolebindings in kube-system",
  "impersonate users",
  "impersonate groups",
  "create,update,patch,delete admissionregistration.k8s.io/validatingadmissionpolicies",
  "create,delete admissionregistration.k8s.io/mutatingwebhookconfigurations",
  "create,update,patch,delete apiextensions.k8s.io/customresourcedefinitions",
  "create,update,patch,delete storage.k8s.io/csidrivers",
  "create,update,patch,delete storage.k8s.io/storageclasses",
  "create,update,approve certificates.k8s.io/certificatesigningrequests",
  "delete coordination.k8s.io/leases in kube-system called kube-scheduler",
  "get,update coordination.k8s.io/leases in kube-node-lease",
  "* *",
];

/** What one account may and another may not. */
const others: Readonly<Record<string, readonly string[]>> = {
  nativestor: [
    "update,patch,delete nodes",
    "create,update,patch,delete persistentvolumeclaims",
    "create,update,patch,delete topolvm.io/logicalvolumes",
    "list,get,delete pods",
    `update coordination.k8s.io/leases in ${own} called topolvm-io-controller`,
  ],
  "nativestor-controller": [
    "delete persistentvolumeclaims/status",
    `update coordination.k8s.io/leases in ${own} called topolvm-io-extender`,
    "get,list configmaps in kube-system",
  ],
  "nativestor-node": [
    "delete,create topolvm.io/logicalvolumes",
    "get,list,delete persistentvolumeclaims",
    "get,list,delete persistentvolumes",
    "get,list,delete pods",
    `create coordination.k8s.io/leases in ${own}`,
  ],
  "nativestor-lvmd": ["get,list nodes", "get,list topolvm.io/logicalvolumes", "get pods"],
};

for (const account of accounts) {
  test(`${account} may do its work`, async () => {
    for (const wish of work[account] ?? []) assert.deepEqual(await refused(account, wish), [], wish);
  });
}

// Kubernetes' own role of a scheduler may delete pods and write their status: that is its work
for (const account of accounts) {
  test(`${account} may do nothing that leads to more`, async () => {
    for (const wish of [...never, ...(others[account] ?? [])]) {
      const verbs = wish.split(" ")[0]?.split(",");
      assert.deepEqual(await refused(account, wish), verbs, wish);
    }
  });
}

test("without the second scheduler, and where they are never used, accounts are not there at all", () => {
  const accountsOf = (values: object) =>
    [...renderChart(values).matchAll(/^kind: ServiceAccount\nmetadata:\n  namespace: .*\n  name: (.*)$/gm)].map(
      ([, name]) => name,
    );
  assert.deepEqual(accountsOf({ scheduling: { mode: "storage-capacity" } }), [
    "nativestor-controller",
    "nativestor-node",
  ]);
});
