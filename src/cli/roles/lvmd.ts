import { hostname } from "node:os";
import { NativestorError } from "../../base/errors.ts";
import { logTable, loggerFor } from "../log.ts";
import { spareMemory } from "../agent/frugal.ts";
import { defineRole } from "../role.ts";
import { notifySystemd } from "../lvmd/notify.ts";
import { onOff, text } from "../settings/kinds.ts";
import { paintFor } from "../table.ts";

const table = {
  config: text({
    placeholder: "FILE",
    help: "device classes and the socket, as TopoLVM's lvmd.yaml",
    initial: undefined,
  }),
  check: onOff({
    help: "end what a daemon that died left half done, say what was found, and do not serve; exit status 1 where something is left to you",
  }),
  "node-name": text({
    placeholder: "NAME",
    help: "the node's name in the metrics; default is node-name of the file, then the variable NODE_NAME, then the host's name",
    initial: undefined,
  }),
  ...logTable,
};

/** What systemd is told, see sd_notify(3). */
const notifications = { ready: { READY: "1" }, stopping: { STOPPING: "1" } };

/** The gRPC service over the storage of one host. */
export const lvmd = defineRole({
  table,
  run: async (settings, surroundings) => {
    const { config } = settings;
    if (config === undefined) throw new NativestorError("invalid-argument", "--config FILE is missing");
    const log = loggerFor(settings, surroundings);
    const { clock, stop, print, colour, env } = surroundings;
    if (settings.check) {
      const { runCheck } = await import("../lvmd/check.ts");
      return runCheck(config, { clock, log, environment: env, print, paint: paintFor(colour) });
    }
    spareMemory();
    const { runDaemon } = await import("../lvmd/run.ts");
    const tell = (phase: keyof typeof notifications) => notifySystemd(notifications[phase], { env, log });
    const hostName = env.NODE_NAME || hostname();
    await runDaemon(
      { configPath: config, nodeName: settings["node-name"], hostName },
      { log, clock, environment: env, signal: stop, tell },
    );
  },
});
