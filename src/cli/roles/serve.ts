import { logTable, loggerFor } from "../log.ts";
import { defineRole } from "../role.ts";
import { serveSettings } from "../serve/settings.ts";
import { serveTable } from "../serve/table.ts";

/** The scheduler extender and the admission webhooks over HTTPS. */
export const serve = defineRole({
  table: { ...serveTable, ...logTable },
  readsFile: true,
  epilogue: `Paths: /filter, /predicate, /prioritize, /status for kube-scheduler; /pod/mutate, /pvc/validate, /storageclass/validate
for the API server; /healthz, /readyz, /metrics. A flag counts before its variable, that before the file of --config.
Maps and lists stand in a variable with commas: NATIVESTOR_DIVISORS=ssd=1,hdd=10`,
  run: async (values, surroundings) => {
    const settings = serveSettings(values, surroundings.env);
    // the walkthrough is for reading: lines about its own requests would stand between its tables
    const log = loggerFor(values, surroundings, settings.walkthrough ? "warn" : "info");
    const { runServe } = await import("../serve/run.ts");
    await runServe(settings, surroundings, log);
  },
});
