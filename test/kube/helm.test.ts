import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { ApiError } from "./harness/api.ts";
import { type ControlPlane, startControlPlane } from "./harness/control-plane.ts";
import { chart, type Helm, namespace, runHelm } from "./harness/helm.ts";
import { until } from "./harness/until.ts";

const webhook = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/nativestor";
const serve = `/apis/apps/v1/namespaces/${namespace}/deployments/nativestor`;
const volumes = "/apis/topolvm.io/v1/logicalvolumes";
const account = `/api/v1/namespaces/${namespace}/serviceaccounts/nativestor`;

interface Configuration {
  readonly webhooks: readonly { readonly clientConfig: { readonly caBundle?: string } }[];
}

for (const program of ["helm", "helm3"] satisfies Helm[])
  describe(`${program}, against a real API server`, () => {
    let plane: ControlPlane;

    before(async () => {
      plane = await startControlPlane(`${program}-install`);
    });
    after(() => plane.stop());

    const isThere = async (path: string) => {
      try {
        await plane.api.get(path);
        return true;
      } catch (error) {
        if (error instanceof ApiError && error.status === 404) return false;
        throw error;
      }
    };

    // what is told to the end needs a kubelet: nothing is waited for
    const helm = (...args: string[]) => {
      const where = [`--kubeconfig=${plane.workspace.path("admin.kubeconfig")}`, `--namespace=${namespace}`];
      const { status, stdout, stderr } = runHelm(program, [...args, ...where]);
      assert.equal(status, 0, stderr);
      return stdout;
    };

    test("installs, and tells how much room there is and what to do about the scheduler", async () => {
      const notes = helm("install", "nativestor", chart, "--create-namespace");
      assert.match(notes, /schedulerName: nativestor-scheduler/);
      assert.match(notes, /capacity\\\.topolvm\\\.io\/ssd/);
      assert.ok(await isThere(account));
      await until("LogicalVolumes are served", async () => (await plane.api.list(volumes)).length === 0);
    });

    test("upgrades with a changed value, and leaves the authority that was put into the webhooks", async () => {
      const caBundle = readFileSync(plane.caFile, "base64");
      const { stderr, status } = await plane.kubectl([
        "patch",
        "mutatingwebhookconfiguration",
        "nativestor",
        "--field-manager=nativestor",
        "--type=json",
        `--patch=[{"op":"add","path":"/webhooks/0/clientConfig/caBundle","value":"${caBundle}"}]`,
      ]);
      assert.equal(status, 0, stderr);
      helm("upgrade", "nativestor", chart, "--set=serve.replicas=3", "--set=webhooks.pods.timeoutSeconds=7");
      assert.equal((await plane.api.get(serve)).spec?.replicas, 3);
      const { webhooks } = await plane.api.get<Configuration>(webhook);
      assert.equal(webhooks[0]?.clientConfig.caBundle, caBundle);
    });

    test("takes newer definitions as the page on upgrades says", async () => {
      const crds = `${chart}/crds`;
      const { status, stderr } = await plane.kubectl(["apply", "--server-side", "--force-conflicts", "-f", crds]);
      assert.equal(status, 0, stderr);
    });

    test("rolls back", async () => {
      helm("rollback", "nativestor");
      assert.equal((await plane.api.get(serve)).spec?.replicas, 2);
    });

    test("leaves volumes behind when it is uninstalled, and a new install goes on with them", async () => {
      const metadata = { name: "kept", finalizers: ["topolvm.io/logicalvolume"] };
      const spec = { name: "kept", nodeName: "n1", size: "1Gi" };
      await plane.api.create(volumes, { apiVersion: "topolvm.io/v1", kind: "LogicalVolume", metadata, spec });
      helm("uninstall", "nativestor");
      await until("it is gone", async () => !(await isThere(account)));
      assert.ok(!(await isThere(webhook)));
      assert.ok(await isThere(`${volumes}/kept`));
      helm("install", "nativestor", chart);
      assert.ok(await isThere(account));
      const { metadata: kept } = await plane.api.get<{ metadata: { deletionTimestamp?: string } }>(`${volumes}/kept`);
      assert.equal(kept.deletionTimestamp, undefined);
    });
  });
