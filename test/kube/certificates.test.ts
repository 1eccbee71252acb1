import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import https from "node:https";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { connect } from "node:tls";
import { systemClock } from "../../src/base/clock.ts";
import { issueCertificate, validFor } from "../../src/certs/issue.ts";
import { post } from "../support/https-client.ts";
import { type Cluster, startCluster } from "./harness/cluster.ts";
import { capacityAnnotation, claimSpec, podManifest } from "./harness/objects.ts";
import { until } from "./harness/until.ts";

let cluster: Cluster;

before(async () => {
  cluster = await startCluster("certificates", { nodes: { a: { ssd: 100 } } });
});

after(() => cluster.stop());

/** Fingerprint of the certificate that a new connection is shown. */
async function shown(): Promise<string> {
  const { port, ca } = cluster.service;
  const socket = connect({ host: "127.0.0.1", port, ca });
  await once(socket, "secureConnect");
  const { fingerprint256 } = socket.getPeerCertificate();
  socket.destroy();
  return fingerprint256;
}

async function exchangeCertificate(): Promise<void> {
  const { certFolder } = cluster.service;
  const read = (name: string) => readFile(join(certFolder, name), "utf8");
  const ca = { certificate: await read("ca.crt"), key: await read("ca.key") };
  const pair = issueCertificate({ ca, hosts: ["127.0.0.1"], usage: "server", validity: validFor(systemClock, 3) });
  await writeFile(join(certFolder, "tls.crt"), pair.certificate);
  await writeFile(join(certFolder, "tls.key"), pair.key);
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

test("the certificate is exchanged under load from the API server and a scheduler, and no request fails", async () => {
  const { port, ca } = cluster.service;
  const agent = new https.Agent({ keepAlive: true, maxSockets: 2 });
  const metadata = { name: "p", annotations: { [capacityAnnotation("ssd")]: "1" } };
  const filterOne = async (use: https.Agent | false) => {
    const { status, json } = await post("/filter", { Pod: { metadata }, NodeNames: ["a"] }, { port, ca, agent: use });
    assert.equal(status, 200);
    assert.deepEqual((json() as { nodenames: string[] }).nodenames, ["a"]);
  };
  const isDone = new AbortController();
  let answered = 0;
  const load = [admitOne, admitOne, () => filterOne(agent), () => filterOne(false)].map(async (one) => {
    while (!isDone.signal.aborted) {
      await one();
      answered += 1;
    }
  });
  const exchanges = (async () => {
    for (let round = 0; round < 5; round += 1) {
      const before = await shown();
      await exchangeCertificate();
      await until("new connections are shown the new certificate", async () => (await shown()) !== before);
    }
  })();
  await exchanges.finally(() => isDone.abort());
  await Promise.all(load);
  agent.destroy();
  assert.ok(answered > 50, `only ${answered} requests were made`);
});
