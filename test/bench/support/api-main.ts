// The twin of an API server, over HTTPS and in a process of its own, with a cluster in it. Arguments: how many of its nodes there are,
// and how many claims; by default a large cluster's.
import { startFakeApiServer } from "../../cluster/fake-api-server.ts";
import { serverPair, testAuthority } from "../../support/test-certificates.ts";
import { nodeNames } from "./cluster.ts";
import { claimOf, nodeOf, storageClasses } from "./twin-objects.ts";

const [nodeCount = nodeNames.length, claimCount = 20_000] = process.argv.slice(2).map(Number);

const ca = testAuthority();
const { certificate, key } = serverPair(ca);
const api = await startFakeApiServer({ cert: certificate, key });
for (const one of storageClasses()) api.apply(one);
for (const [at, name] of nodeNames.slice(0, nodeCount).entries()) api.apply(nodeOf(name, at));
for (let at = 0; at < claimCount; at += 1) api.apply(claimOf(at));
process.on("disconnect", () => process.exit());
process.send?.({ url: api.url, ca: ca.certificate });
