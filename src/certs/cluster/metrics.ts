import { Gauge, type Registry } from "prom-client";
import { leafNames, type Observed } from "./model.ts";

/** What the upkeep of a cluster's certificates tells. */
export interface UpkeepMetrics {
  observed(observed: Observed): void;
  failing(isFailing: boolean): void;
  /** The API server's clock is ahead of ours by so much. */
  ahead(ms: number): void;
}

export function createUpkeepMetrics(registry: Registry): UpkeepMetrics {
  const registers = [registry];
  const expiry = new Gauge({
    name: "nativestor_kept_certificate_expiry_timestamp_seconds",
    help: "End of a certificate that is kept in the cluster (authority, server, scheduler), seconds since the epoch.",
    labelNames: ["certificate"],
    registers,
  });
  const failing = new Gauge({
    name: "nativestor_certificate_upkeep_failing",
    help: "1 where the certificates of the cluster cannot be looked after: the log says why.",
    registers,
  });
  const offset = new Gauge({
    name: "nativestor_clock_offset_seconds",
    help: "By how many seconds the API server's clock is ahead of this process's.",
    registers,
  });
  return {
    observed: ({ authorities, leaves }) => {
      const set = (certificate: string, x509: { readonly validToDate: Date } | undefined) =>
        x509 === undefined
          ? expiry.remove({ certificate })
          : expiry.set({ certificate }, x509.validToDate.getTime() / 1000);
      set("authority", authorities.state === "good" ? authorities.content.signer.x509 : undefined);
      for (const name of leafNames) {
        const found = leaves[name];
        set(name, found.state === "good" ? found.content.x509 : undefined);
      }
    },
    failing: (isFailing) => failing.set(isFailing ? 1 : 0),
    ahead: (ms) => offset.set(ms / 1000),
  };
}
