// Brings node_modules to what the lock file says, where it is not there yet.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * Installs the locked packages unless they are there already, whoever put them there.
 * @param {"run" | "develop"} extent `run` leaves the development tools out
 */
export function ensureInstalled(extent) {
  if (isInstalled(extent)) return;
  const what = extent === "run" ? "what it needs to run" : "the development tools";
  process.stderr.write(`nativestor: installing ${what} …\n`);
  const flags = ["ci", "--loglevel=error", ...(extent === "run" ? ["--omit=dev"] : ["--include=dev"])];
  const [command, ...before] = npmCommand();
  const done = spawnSync(command, [...before, ...flags], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (done.status !== 0) throw new Error(`npm ci failed (${done.error?.message ?? `exit status ${done.status}`})`);
}

// npm writes what it installed into a lock file of its own, as its last step
function isInstalled(extent) {
  const wanted = packagesIn("package-lock.json");
  const present = packagesIn("node_modules/.package-lock.json");
  return Object.entries(wanted).every(([path, { version, dev, optional }]) => {
    const isNeeded = path !== "" && !optional && (extent === "develop" || !dev);
    return !isNeeded || present[path]?.version === version;
  });
}

function packagesIn(file) {
  try {
    return JSON.parse(readFileSync(root + file, "utf8")).packages;
  } catch (error) {
    if (error.code === "ENOENT") return {};
    throw error;
  }
}

// npm tells the scripts that it starts where it is; outside of npm the one on the PATH has to do
function npmCommand() {
  const path = process.env.npm_execpath;
  return path?.endsWith(".js") ? [process.execPath, path] : ["npm"];
}
