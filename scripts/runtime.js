// Finds the Node that runs NativeStor. Plain JavaScript that Node 20 can read: it is what brings the newer one.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";

/** Oldest Node that runs the TypeScript sources as they are and that the libraries accept. */
const OLDEST = [22, 19];

/** The version of the running Node is new enough. */
export function isNewEnough(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

/** Path of a Node that is new enough: the one that npm brought, else the running one; undefined where neither is. */
export function findNode() {
  const brought = broughtNode();
  if (brought !== undefined) return brought;
  return isNewEnough() ? process.execPath : undefined;
}

function broughtNode() {
  try {
    const path = createRequire(import.meta.url).resolve(`node-${process.platform}-${process.arch}/bin/node`);
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined; // no package for this machine, or not installed yet
  }
}
