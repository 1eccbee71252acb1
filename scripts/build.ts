// `npm run build`: the production bundle in dist/.
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { bundle } from "./bundle.ts";

const dist = fileURLToPath(new URL("../dist", import.meta.url));

// chunks carry a hash of what is in them: those of an earlier build would stay beside the new ones
rmSync(dist, { recursive: true, force: true });
const { outputs } = await bundle(dist);
const scripts = Object.entries(outputs).filter(([path]) => path.endsWith(".js"));
const bytes = scripts.reduce((sum, [, output]) => sum + output.bytes, 0);
console.log(`dist/nativestor.js and ${scripts.length - 1} more files, ${Math.round(bytes / 1024)} kB in all`);
