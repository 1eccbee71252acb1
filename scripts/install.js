// Brings node_modules to what the lock file says, once: a stamp tells the next start that nothing is to be done.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const stamp = `${root}node_modules/.nativestor-installed`;

/**
 * Installs the locked packages where they are not there yet.
 * @param {"run" | "develop"} extent `run` leaves the development tools out
 */
export function ensureInstalled(extent) {
  const lock = createHash("sha256")
    .update(readFileSync(`${root}package-lock.json`))
    .digest("hex");
  if (isInstalled(lock, extent)) return;
  process.stderr.write(
    `nativestor: installing ${extent === "run" ? "what it needs to run" : "the development tools"} …\n`,
  );
  const flags = ["ci", "--loglevel=error", ...(extent === "run" ? ["--omit=dev"] : ["--include=dev"])];
  const npm = npmCommand();
  const done = spawnSync(npm[0], [...npm.slice(1), ...flags], { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (done.status !== 0) throw new Error(`npm ci failed (${done.error?.message ?? `exit status ${done.status}`})`);
  writeFileSync(stamp, `${lock} ${extent}\n`);
}

function isInstalled(lock, extent) {
  try {
    const [was, wasExtent] = readFileSync(stamp, "utf8").trim().split(" ");
    return was === lock && (wasExtent === "develop" || extent === "run");
  } catch {
    return false;
  }
}

// npm tells the scripts that it starts where it is; outside of npm the one on the PATH has to do
function npmCommand() {
  const path = process.env.npm_execpath;
  return path?.endsWith(".js") ? [process.execPath, path] : ["npm"];
}
