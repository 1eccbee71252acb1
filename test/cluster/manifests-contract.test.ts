import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { KubeObject } from "./fake-api-server.ts";
import { openFolder } from "./manifests/support.ts";
import { viewContract } from "./view-contract.ts";

const fileOf = ({ kind, metadata }: KubeObject) => `${kind}-${metadata.namespace ?? ""}-${metadata.name}.json`;

viewContract("a folder of manifests", async () => {
  const { folder, view, write, close } = await openFolder();
  return {
    view,
    apply: (object) => write(fileOf(object), JSON.stringify(object)),
    remove: (object) => rm(join(folder, fileOf(object))),
    close,
  };
});
