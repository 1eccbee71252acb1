// The twin of an API server with a large cluster, and all who work on it: pods come, are placed, get their volumes and go.
import { currentNames } from "../../../src/capacity/names.ts";
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { gibibyte } from "../../support/fake-view.ts";
import { serverPair, testAuthority } from "../../support/test-certificates.ts";
import type { ChurnAsk, ChurnReport } from "./churn-messages.ts";
import { nodeNames } from "./cluster.ts";
import { type Connection, connect, type Endpoint, postOf } from "./connection.ts";
import { claimOf, nodeOf, storageClasses, volumeOf, youngClaim } from "./twin-objects.ts";

const claimCount = 20_000;
const holdCount = 2_000;
/** Pods that live at the same time. */
const alive = 1_000;

const ca = testAuthority();
const { certificate, key } = serverPair(ca);
const api = await startFakeApiServer({ cert: certificate, key });
for (const one of storageClasses()) api.apply(one);
for (const [at, name] of nodeNames.entries()) api.apply(nodeOf(name, at, 1));
for (let at = holdCount; at < claimCount; at += 1) {
  api.apply(claimOf(at));
  api.apply(volumeOf(uidOf("old", at), nodeNames[at % nodeNames.length] ?? "", 1));
}
// these wait for their volumes, and hold their room meanwhile
for (let at = 0; at < holdCount; at += 1)
  api.apply(youngClaim(`held-${at}`, uidOf("held", at), nodeNames[at % nodeNames.length]));

const names = JSON.stringify(nodeNames);
const generations = new Map<string, number>();
let connection: Connection | undefined;
let born = 0;
let refused = 0;

process.on("message", (ask: ChurnAsk) => {
  void work(ask).then((report) => process.send?.(report));
});
process.on("disconnect", () => process.exit());
process.send?.({ url: api.url, ca: ca.certificate });

async function work({ endpoint, pods }: ChurnAsk): Promise<ChurnReport> {
  connection ??= await connect(endpoint satisfies Endpoint);
  refused = 0;
  for (let nth = 0; nth < pods; nth += 1) await live(connection);
  // the twin's own memory is no concern of the service
  api.requests.length = 0;
  return { born, refused };
}

async function live(service: Connection): Promise<void> {
  const name = `pod-${born}`;
  const uid = uidOf("young", born);
  born += 1;
  api.apply(youngClaim(name, uid));
  const node = await place(service, name);
  if (node === undefined) {
    refused += 1;
    api.remove(youngClaim(name, uid));
    return;
  }
  api.apply(youngClaim(name, uid, node));
  api.apply(volumeOf(uid, node));
  const generation = (generations.get(node) ?? 1) + 1;
  generations.set(node, generation);
  api.apply(volumeOf(uid, node, generation));
  api.apply(nodeOf(node, nodeNames.indexOf(node), generation));
  api.apply(youngClaim(name, uid, node, true));
  const gone = born - alive;
  if (gone < 0) return;
  api.remove(youngClaim(`pod-${gone}`, uidOf("young", gone)));
  api.remove(volumeOf(uidOf("young", gone), node));
}

async function place(service: Connection, name: string): Promise<string | undefined> {
  const pod = {
    metadata: {
      name,
      namespace: "churn",
      annotations: { [`${currentNames.capacityPrefix}ssd`]: String(3n * gibibyte) },
    },
    spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName: name } }] },
  };
  const { body } = await service.exchange(postOf("/filter", `{"Pod":${JSON.stringify(pod)},"NodeNames":${names}}`));
  const { nodenames = [] } = JSON.parse(body().toString()) as { nodenames?: string[] };
  return nodenames[0];
}

function uidOf(kind: "old" | "held" | "young", at: number): string {
  const group = { old: "4000", held: "4001", young: "4002" }[kind];
  return `7a1e2d3c-0000-${group}-8000-${String(at).padStart(12, "0")}`;
}
