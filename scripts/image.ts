// `node scripts/launch.js image --context DIR`: what deploy/Dockerfile is built from, for every architecture, or for those of
// `--architecture NAME`. What builds it is told at the end.
import { parseArgs } from "node:util";
import { type Architecture, architectures, makeContext, version } from "./image-context.ts";

const { values } = parseArgs({
  options: { context: { type: "string" }, architecture: { type: "string", multiple: true } },
});
const wanted = values.architecture ?? architectures;
const unknown = wanted.find((name) => !architectures.some((known) => known === name));
if (values.context === undefined) {
  console.error("image: --context DIR is needed: a new folder for what the image is built from");
  process.exitCode = 2;
} else if (unknown !== undefined) {
  console.error(`image: --architecture ${unknown}: must be one of ${architectures.join(", ")}`);
  process.exitCode = 2;
} else {
  await makeContext(values.context, wanted as readonly Architecture[]);
  const platforms = wanted.map((name) => `linux/${name}`).join(",");
  console.log(
    `docker buildx build --platform ${platforms} --build-arg VERSION=${version} -t nativestor:${version} ${values.context}`,
  );
}
