import { hostname } from "node:os";
import { NativestorError } from "../../base/errors.ts";
import { logTable, loggerFor } from "../log.ts";
import { defineRole } from "../role.ts";
import { text } from "../settings/kinds.ts";

const table = {
  config: text({
    placeholder: "FILE",
    help: "device classes and the socket, as TopoLVM's lvmd.yaml",
    initial: undefined,
  }),
  "node-name": text({
    placeholder: "NAME",
    help: "the node's name in the metrics; default is node-name of the file, then the variable NODE_NAME, then the host's name",
    initial: undefined,
  }),
  ...logTable,
};

/** The gRPC service over the storage of one host. */
export const lvmd = defineRole({
  table,
  run: async (settings, surroundings) => {
    const { config } = settings;
    if (config === undefined) throw new NativestorError("invalid-argument", "--config FILE is missing");
    const log = loggerFor(settings, surroundings);
    const [{ Registry }, { runLvmd }] = await Promise.all([import("prom-client"), import("../../lvmd/run.ts")]);
    const hostName = surroundings.env.NODE_NAME || hostname();
    await runLvmd(
      { configPath: config, nodeName: settings["node-name"], hostName },
      { log, registry: new Registry(), clock: surroundings.clock, signal: surroundings.stop },
    );
  },
});
