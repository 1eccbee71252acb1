import { fileURLToPath } from "node:url";
import { build, type Metafile, type Plugin } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

// libraries in CommonJS ask for Node's own modules with `require`, which an ES module does not have
const banner =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

/** Our own sources get the part of undici that they use; libraries that bring it get all of it. */
const lessOfUndici: Plugin = {
  name: "less-of-undici",
  setup: (bundler) =>
    bundler.onResolve({ filter: /^undici$/ }, ({ importer }) =>
      importer.startsWith(`${root}src/`) ? { path: `${root}scripts/undici.js` } : undefined,
    ),
};

/** Bundles the program and its worker thread into `outdir`, in files that need Node and no node_modules. */
export async function bundle(outdir: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: { nativestor: "src/main.ts", "extender-worker": "src/extender/worker/main.ts" },
    outdir,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "esm",
    // each role and the large Kubernetes client become chunks that are read only when they are wanted
    splitting: true,
    chunkNames: "[name]-[hash]",
    // white space and dead branches go; names stay, so that a stack trace can be read
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "linked",
    banner: { js: banner },
    plugins: [lessOfUndici],
    metafile: true,
    logLevel: "warning",
  });
  return metafile;
}
