import { setFlagsFromString } from "node:v8";
import { Registry } from "prom-client";
import { registerProcess } from "../process-metrics.ts";
import { type LvmdSettings, type LvmdSurroundings, runLvmd } from "../../lvmd/run.ts";

/**
 * The daemon with a registry of its own. A module of its own, as only a static import finds the names of a CommonJS library
 * in the bundle.
 */
export function runDaemon(settings: LvmdSettings, surroundings: Omit<LvmdSurroundings, "registry">): Promise<void> {
  // memory before speed: each sweep reads the whole group again, and V8 would make room for that flood of short-lived
  // objects and never give it back, 230 MB in place of 90 with a thousand volumes; a change takes LVM 20 times as long
  setFlagsFromString("--optimize-for-size");
  const registry = new Registry();
  registerProcess(registry);
  return runLvmd(settings, { ...surroundings, registry });
}
