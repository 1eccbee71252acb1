import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import https from "node:https";
import { after, before, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { post } from "../support/https-client.ts";
import { type Balancer, startBalancer } from "./harness/balancer.ts";
import { type ControlPlane, startControlPlane } from "./harness/control-plane.ts";
import { capacityAnnotation, claimSpec, createNode, createStorageClasses, podManifest } from "./harness/objects.ts";
import { type Replica, replicaToken, startReplica } from "./harness/replica.ts";
import { until } from "./harness/until.ts";
import { announceWebhooks } from "./harness/webhooks.ts";

const secrets = "/api/v1/namespaces/nativestor-system/secrets";
/** A certificate is renewed every 6 s, an authority replaced after 49 s and forgotten 10 s later. */
const lives = ["--certificate-life=10s", "--authority-life=60s"];
const flags = [...lives, "--require-client-certificate", "--reservations=off", "--log-level=debug"];

let cluster: ControlPlane;
let token: string;
let replicas: Replica[];
let balancer: Balancer;

before(async () => {
  cluster = await startControlPlane("kept-certificates");
  await createStorageClasses(cluster, ["ssd"]);
  await createNode(cluster, "a", { ssd: 100 });
  token = await replicaToken(cluster);
  replicas = await Promise.all(["one", "two"].map((name) => startReplica(cluster, name, { token, flags })));
  balancer = await startBalancer(replicas.map(({ port }) => port));
  await announceWebhooks(cluster, `https://127.0.0.1:${balancer.port}`, "ssd");
});

after(async () => {
  balancer.close();
  await Promise.all(replicas.map((replica) => replica.stop()));
  await cluster.stop();
});

interface Secret {
  readonly metadata: { readonly uid: string };
  readonly data: Readonly<Record<string, string>>;
}

async function secret(name: string): Promise<{ uid: string; text: (key: string) => string }> {
  const { metadata, data } = await cluster.api.get<Secret>(`${secrets}/nativestor-${name}`);
  return { uid: metadata.uid, text: (key) => Buffer.from(data[key] ?? "", "base64").toString() };
}

/** Fingerprint of what a Secret certifies. */
async function fingerprint(name: string, key: string): Promise<string> {
  return new X509Certificate((await secret(name)).text(key)).fingerprint256;
}

/** A pod that is only tried out, through the API server and its webhook; the answer has to be ours. */
async function admitOne(): Promise<void> {
  const volumes = [{ name: "tmp", ephemeral: { volumeClaimTemplate: { spec: claimSpec("ssd", "1Gi") } } }];
  const pod = await cluster.api.create(
    "/api/v1/namespaces/default/pods?dryRun=All",
    podManifest("tried", [], { volumes }),
  );
  assert.equal(pod.metadata.annotations?.[capacityAnnotation("ssd")], String(2 ** 30));
}

/** Calls of the kind that a scheduler makes, with the files of its Secret as they are mounted: up to a second old. */
async function filterOne(agent: https.Agent | false): Promise<void> {
  const { ca, cert, key } = await mounted();
  const metadata = { name: "p", annotations: { [capacityAnnotation("ssd")]: "1" } };
  const to = { port: balancer.port, ca, cert, key, agent };
  const { status, json, text } = await post("/filter", { Pod: { metadata }, NodeNames: ["a"] }, to);
  assert.equal(status, 200, text);
  assert.deepEqual((json() as { nodenames: string[] }).nodenames, ["a"], text);
}

let files = { ca: "", cert: "", key: "", readMs: -Infinity };
async function mounted() {
  if (performance.now() - files.readMs > 1_000) {
    const { text } = await secret("scheduler");
    files = { ca: text("ca.crt"), cert: text("tls.crt"), key: text("tls.key"), readMs: performance.now() };
  }
  return files;
}

/** Calls from both sides for as long as `during` takes; every one has to be answered as it should. */
async function underLoad(during: () => Promise<unknown>): Promise<number> {
  const isDone = new AbortController();
  const agent = new https.Agent({ keepAlive: true, maxSockets: 2 });
  let answered = 0;
  const load = [admitOne, admitOne, () => filterOne(agent), () => filterOne(false)].map(async (one) => {
    while (!isDone.signal.aborted) {
      await one();
      answered += 1;
      // two replicas, an API server and the test share the machine
      await wait(5);
    }
  });
  await Promise.race([during(), ...load]).finally(() => isDone.abort());
  await Promise.all(load);
  agent.destroy();
  return answered;
}

test("through a whole life of an authority and many certificates no call of API server or scheduler fails", async (t) => {
  const authority = await fingerprint("ca", "ca.crt");
  const seen = new Set<string>();
  const answered = await underLoad(async () => {
    await until(
      "another authority signs",
      async () => {
        seen.add(await fingerprint("tls", "tls.crt"));
        return (await fingerprint("ca", "ca.crt")) !== authority;
      },
      70_000,
    );
    await until("the former one is forgotten", async () => (await secret("ca")).text("former.crt") === "", 20_000);
  });
  t.diagnostic(`${answered} calls, ${seen.size} certificates`);
  assert.ok(seen.size >= 5, `only ${seen.size} certificates were seen`);
  assert.ok(answered > 500, `only ${answered} calls were made`);
});

test("Secrets that are deleted or garbled are made anew, and no call fails", async () => {
  await underLoad(async () => {
    for (const name of ["tls", "ca", "scheduler"]) {
      const { uid } = await secret(name);
      await cluster.api.remove(`${secrets}/nativestor-${name}`);
      await until(`the Secret ${name} is there again`, async () => (await secret(name)).uid !== uid);
      await wait(1_500);
    }
    const garbage = Buffer.from("garbage").toString("base64");
    await cluster.api.patch(`${secrets}/nativestor-ca`, { data: { "ca.crt": garbage } });
    await until("the authority is made anew", async () => /BEGIN/.test((await secret("ca")).text("ca.crt")));
  });
});

test("a Secret that is somebody else's stays as it is, which is told, and what is served goes on", async () => {
  const before = await secret("ca");
  await cluster.api.patch(`${secrets}/nativestor-ca`, {
    metadata: { labels: { "app.kubernetes.io/managed-by": "Helm" } },
  });
  const complaint = /the Secret nativestor-system\/nativestor-ca was not made by nativestor and stays as it is/;
  await until("it is told", async () =>
    complaint.test((await Promise.all(replicas.map((replica) => replica.log()))).join("")),
  );
  const failing = await Promise.all(replicas.map((replica) => replica.metric("nativestor_certificate_upkeep_failing")));
  assert.equal(Math.max(...failing), 1);
  await admitOne();
  await cluster.api.patch(`${secrets}/nativestor-ca`, {
    metadata: { labels: { "app.kubernetes.io/managed-by": "nativestor" } },
  });
  assert.equal((await secret("ca")).uid, before.uid);
  const issued = await fingerprint("tls", "tls.crt");
  await until("certificates are renewed again", async () => (await fingerprint("tls", "tls.crt")) !== issued);
});

test("where the one that keeps them is killed, the other one goes on", async () => {
  const keeps = async (replica: Replica) =>
    (await replica.metric("nativestor_kept_certificate_expiry_timestamp_seconds", { certificate: "server" })) > 0;
  const [keeper] = await Promise.all(replicas.map(async (one) => ((await keeps(one)) ? one : undefined))).then((all) =>
    all.filter((one) => one !== undefined),
  );
  assert.ok(keeper !== undefined);
  await keeper.stop("SIGKILL");
  const issued = await fingerprint("tls", "tls.crt");
  await until("the other one renews", async () => (await fingerprint("tls", "tls.crt")) !== issued);
  await admitOne();
});

test("one whose clock is a year ahead makes certificates by the API server's clock, and says so", async (t) => {
  await Promise.all(replicas.map((replica) => replica.stop("SIGKILL")));
  await cluster.api.remove(`${secrets}/nativestor-tls`);
  const ahead = cluster.workspace.write(
    "ahead.mjs",
    "const now = Date.now.bind(Date); Date.now = () => now() + 365 * 86_400_000;",
  );
  const wrong = await startReplica(cluster, "wrong", {
    token,
    flags,
    env: { NODE_OPTIONS: `--import=${ahead}` },
  });
  t.after(() => wrong.stop());
  const { validFromDate, validToDate } = new X509Certificate((await secret("tls")).text("tls.crt"));
  assert.ok(validFromDate.getTime() < Date.now() && validToDate.getTime() - Date.now() < 15_000);
  assert.match(await wrong.log(), /the clock of this machine is wrong/);
  const logs = await Promise.all([...replicas, wrong].map((replica) => replica.log()));
  // LS0tLS1 is how the base64 of any PEM begins, eyJ that of any token
  assert.doesNotMatch(logs.join(""), /PRIVATE KEY|LS0tLS1|eyJhbGci/);
});
