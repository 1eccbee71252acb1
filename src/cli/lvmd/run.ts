import { Registry } from "prom-client";
import { type LvmdSettings, type LvmdSurroundings, runLvmd } from "../../lvmd/run.ts";

/**
 * The daemon with a registry of its own. A module of its own, as only a static import finds the names of a CommonJS library
 * in the bundle.
 */
export function runDaemon(settings: LvmdSettings, surroundings: Omit<LvmdSurroundings, "registry">): Promise<void> {
  return runLvmd(settings, { ...surroundings, registry: new Registry() });
}
