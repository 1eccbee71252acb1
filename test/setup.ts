// `npm run test:setup`: brings what the suites with real parts need. Instant where all is there.
import { messageOf } from "../src/base/errors.ts";
import { buildTools } from "./setup/build.ts";
import { installPackages } from "./setup/install.ts";
import { toolsets } from "./setup/tools.ts";

// each step on its own: a machine without apt can still run the suites that need Go's tools only
const steps = [installPackages, ...toolsets.map((toolset) => () => buildTools(toolset))];
for (const step of steps) {
  try {
    step();
  } catch (error) {
    console.error(`test:setup: ${messageOf(error)}`);
    process.exitCode = 1;
  }
}
