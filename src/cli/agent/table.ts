import { orphanModes } from "../../controllers/orphan/collector.ts";
import { address, choice, duration, onOff, text } from "../settings/kinds.ts";

/** Settings that the roles beside the API server share. */
export const agentTable = {
  config: text({
    placeholder: "FILE",
    help: "YAML file with any of these settings, by the flags' names",
    initial: undefined,
    inFile: false,
  }),
  kubeconfig: text({
    placeholder: "FILE",
    help: "the API server and who we are there; in a pod it is not needed",
    initial: undefined,
  }),
  "csi-socket": text({
    placeholder: "PATH",
    help: "where CSI is served",
    initial: "/run/topolvm/csi-topolvm.sock",
  }),
  "metrics-listen": address({
    help: "where /metrics, /healthz and /readyz are answered, over plain HTTP unless they are protected; nowhere by default",
    initial: undefined,
  }),
  "protect-metrics": onOff({
    help: "answer /metrics over TLS, with a certificate made at the start, and only to tokens whose owner may get the nonResourceURL /metrics; probes are over TLS then too",
  }),
  orphans: choice(orphanModes, {
    help: "what happens to volumes that nobody wants any more: they are told of in metrics and events, or removed too",
    initial: "report",
  }),
  "orphan-grace": duration({
    placeholder: "TIME",
    help: "for how long that has to be so before",
    initial: 24 * 3_600_000,
    initialText: "24h",
  }),
  "orphan-interval": duration({
    placeholder: "TIME",
    help: "how often they are looked for",
    initial: 600_000,
    initialText: "10m",
  }),
  "legacy-names": onOff({ help: "use the names of topolvm.cybozu.com in place of topolvm.io" }),
};
