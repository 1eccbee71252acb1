import assert from "node:assert/strict";
import { describe, type TestContext, test } from "node:test";
import type { ClaimFacts } from "../../src/capacity/demand.ts";
import type { ClusterView, NodeFacts } from "../../src/cluster/view.ts";
import { eventually } from "../support/eventually.ts";
import type { KubeObject } from "./fake-api-server.ts";

/** What the contract needs of a source. */
export interface ViewDriver {
  readonly view: ClusterView;
  readonly apply: (object: KubeObject) => Promise<void>;
  readonly remove: (object: KubeObject) => Promise<void>;
  close(): Promise<void>;
}

const capacity = (free: Record<string, string>) =>
  Object.fromEntries(Object.entries(free).map(([name, bytes]) => [`capacity.topolvm.io/${name}`, bytes]));

export const nodeObject = (name: string, free: Record<string, string>, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Node",
  metadata: { name, annotations: { ...capacity(free), ...more } },
});

export const claimObject = (name: string, spec: object, namespace = "default"): KubeObject => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name, namespace },
  spec: { accessModes: ["ReadWriteOnce"], ...spec },
});

export const classObject = (name: string, isDefault = false, createdAt?: string): KubeObject => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "StorageClass",
  metadata: {
    name,
    annotations: { "storageclass.kubernetes.io/is-default-class": String(isDefault) },
    ...(createdAt && { creationTimestamp: createdAt }),
  },
  provisioner: "topolvm.io",
  parameters: { "topolvm.io/device-class": "ssd" },
});

const asked = (storage: string) => ({ storageClassName: "fast", resources: { requests: { storage } } });

/** The tests that every source of a ClusterView passes. */
export function viewContract(source: string, open: () => Promise<ViewDriver>): void {
  const contract = (name: string, run: (driver: ViewDriver) => Promise<void>): void =>
    void test(name, async (t: TestContext) => {
      const driver = await open();
      t.after(() => driver.close());
      await driver.view.synced(AbortSignal.timeout(10_000));
      await run(driver);
    });

  describe(`view of ${source}`, () => {
    contract("an empty source is synced and fresh", async ({ view }) => {
      assert.equal(view.health().synced, true);
      assert.ok(view.health().ageMs < 10_000);
      assert.equal(view.storageClass(undefined), undefined);
    });

    contract("a node appears with what it offers", async ({ view, apply }) => {
      await apply(
        nodeObject("n1", { ssd: "1073741824", hdd: "lots" }, { "topolvm.io/lvcreate-option-classes": "raid1" }),
      );
      await eventually("n1", () => view.node("n1") !== undefined);
      const node = view.node("n1") as NodeFacts;
      assert.equal(node.name, "n1");
      assert.deepEqual([...node.supply.freeBytes], [["ssd", 1073741824n]]);
      assert.deepEqual([...node.supply.bad], [["hdd", "lots"]]);
      assert.deepEqual([...(node.optionClasses ?? [])], ["raid1"]);
      assert.ok([...view.nodes()].some(({ name }) => name === "n1"));
    });

    contract("a changed node is told to those who listen, once per change", async ({ view, apply }) => {
      const told: (bigint | undefined)[] = [];
      const unsubscribe = view.onNodeChange((node) => told.push(node.supply.freeBytes.get("ssd")));
      await apply(nodeObject("n1", { ssd: "100" }));
      await eventually("100", () => told.length === 1);
      await apply(nodeObject("n1", { ssd: "50" }));
      await eventually("50", () => told.length === 2);
      assert.deepEqual(told, [100n, 50n]);
      unsubscribe();
      await apply(nodeObject("n1", { ssd: "10" }));
      await eventually("10", () => view.node("n1")?.supply.freeBytes.get("ssd") === 10n);
      assert.equal(told.length, 2);
    });

    contract("a change that is none of the supply is not told", async ({ view, apply }) => {
      const told: string[] = [];
      view.onNodeChange((node) => told.push(node.name));
      await apply(nodeObject("n1", { ssd: "100" }));
      await eventually("n1", () => told.length === 1);
      await apply(nodeObject("n1", { ssd: "100" }, { other: "x" }));
      await apply(nodeObject("n2", { ssd: "100" }));
      await eventually("n2", () => told.includes("n2"));
      assert.deepEqual(told, ["n1", "n2"]);
    });

    contract("a removed node is gone, and is told as one that offers nothing", async ({ view, apply, remove }) => {
      const node = nodeObject("n1", { ssd: "100" });
      await apply(node);
      await eventually("n1", () => view.node("n1") !== undefined);
      const told: number[] = [];
      view.onNodeChange(({ supply }) => told.push(supply.freeBytes.size));
      await remove(node);
      await eventually("its end", () => view.node("n1") === undefined && told.length === 1);
      assert.deepEqual(told, [0]);
    });

    contract("a listener that throws keeps nobody from hearing", async ({ view, apply }) => {
      let heard = false;
      view.onNodeChange(() => {
        throw new Error("broken listener");
      });
      view.onNodeChange(() => {
        heard = true;
      });
      await apply(nodeObject("n1", { ssd: "100" }));
      await eventually("the second listener", () => heard);
      assert.equal(view.node("n1")?.supply.freeBytes.get("ssd"), 100n);
    });

    contract("a claim is seen by namespace and name, and its binding when it comes", async ({ view, apply }) => {
      await apply(claimObject("data", asked("1Gi")));
      await eventually("the claim", () => view.claim("default", "data") !== undefined);
      // a source that gives objects uids tells them
      const { uid: _uid, ...claim } = view.claim("default", "data") as ClaimFacts;
      assert.deepEqual(claim, {
        namespace: "default",
        name: "data",
        storageClass: "fast",
        requestBytes: 1073741824n,
        bound: false,
      });
      assert.equal(view.claim("other", "data"), undefined);
      await apply(claimObject("data", { ...asked("1Gi"), volumeName: "pv-1" }));
      await eventually("its binding", () => view.claim("default", "data")?.bound === true);
    });

    contract("a removed claim is gone", async ({ view, apply, remove }) => {
      const claim = claimObject("data", asked("1Gi"));
      await apply(claim);
      await eventually("the claim", () => view.claim("default", "data") !== undefined);
      await remove(claim);
      await eventually("its end", () => view.claim("default", "data") === undefined);
      assert.equal(await view.lookupClaim("default", "data"), undefined);
    });

    contract("StorageClasses are seen by name, and the default one without", async ({ view, apply }) => {
      await apply(classObject("plain"));
      await apply(classObject("preferred", true));
      await eventually("the default class", () => view.storageClass(undefined)?.name === "preferred");
      await eventually("the other class", () => view.storageClass("plain") !== undefined);
      assert.equal(view.storageClass("plain")?.provisioner, "topolvm.io");
      assert.deepEqual(view.storageClass("plain")?.parameters, { "topolvm.io/device-class": "ssd" });
      assert.equal(view.storageClass("nosuch"), undefined);
      await apply(classObject("preferred", false));
      await eventually("no default class", () => view.storageClass(undefined) === undefined);
    });

    contract("what was made a moment ago is found by asking the source", async ({ view, apply }) => {
      await apply(claimObject("fresh", asked("2Gi")));
      await apply(classObject("new-class"));
      assert.equal((await view.lookupClaim("default", "fresh"))?.requestBytes, 2147483648n);
      assert.equal((await view.lookupStorageClass("new-class"))?.name, "new-class");
    });

    contract("a claim is confirmed by the source, whatever the view has", async ({ view, apply, remove }) => {
      await apply(claimObject("data", asked("1Gi")));
      await eventually("the claim", () => view.claim("default", "data") !== undefined);
      // made anew, as an API server lets nobody change the size of a claim that is not bound
      await remove(claimObject("data", {}));
      await eventually("its end, which a finalizer may hold back", () => view.claim("default", "data") === undefined);
      await apply(claimObject("data", asked("2Gi")));
      assert.equal((await view.confirmClaim("default", "data"))?.requestBytes, 2147483648n);
      assert.equal(view.claim("default", "data")?.requestBytes, 2147483648n);
      assert.equal(await view.confirmClaim("default", "nosuch"), undefined);
    });

    contract("asking for what is not there, or cannot be a name, finds nothing", async ({ view }) => {
      assert.equal(await view.lookupClaim("default", "nosuch"), undefined);
      assert.equal(await view.lookupClaim("default", "../../nodes"), undefined);
      assert.equal(await view.lookupStorageClass("nosuch"), undefined);
      assert.equal(await view.lookupStorageClass(""), undefined);
    });

    contract("names of old objects of JavaScript are names like any other", async ({ view }) => {
      for (const name of ["__proto__", "constructor", "toString"]) {
        assert.equal(view.node(name), undefined);
        assert.equal(view.claim("default", name), undefined);
        assert.equal(view.storageClass(name), undefined);
      }
    });
  });
}
