import { enableCompileCache } from "node:module";
import { fileURLToPath } from "node:url";

// In a checkout the sources are compiled once and kept beside the packages, which takes a third off the start. The bundle
// starts fast without, and a cache in a folder for everyone, Node's default, would let others put code into it.
if (import.meta.url.endsWith(".ts"))
  enableCompileCache(fileURLToPath(new URL("../node_modules/.cache/nativestor", import.meta.url)));

const { main } = await import("./cli/main.ts");
await main();
