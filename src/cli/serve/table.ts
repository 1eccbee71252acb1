import { strategies } from "../../capacity/score.ts";
import { validationModes } from "../../webhook/options.ts";
import { missingClaimsChoices } from "../../webhook/pod/patch.ts";
import {
  address,
  bytes,
  choice,
  choices,
  duration,
  list,
  onOff,
  optionalChoice,
  positive,
  positives,
  text,
  texts,
} from "../settings/kinds.ts";
import type { ValuesOf } from "../settings/setting.ts";

/** Settings of `nativestor serve`. `listen`, `divisors` and `default-divisor` are called as in topolvm-scheduler's file. */
export const serveTable = {
  config: text({
    placeholder: "FILE",
    help: "YAML file with any of these settings, by the flags' names; topolvm-scheduler's file is read as it is",
    initial: undefined,
    inFile: false,
  }),
  manifests: text({
    placeholder: "DIR",
    help: "read the cluster from a folder of manifests, YAML or JSON, and follow its changes",
    initial: undefined,
  }),
  kubeconfig: text({
    placeholder: "FILE",
    help: "read the cluster from the API server that this file names; in a pod neither is needed",
    initial: undefined,
  }),
  listen: address({
    help: "where to answer over HTTPS",
    initial: { host: "0.0.0.0", port: 9443 },
    initialText: "0.0.0.0:9443",
  }),
  "plain-listen": address({
    help: "answer the extender's paths there over plain HTTP too, for a cluster that moves from TopoLVM; off by default",
    initial: undefined,
  }),
  "cert-dir": text({
    placeholder: "DIR",
    help: "folder of tls.crt and tls.key, read again when they change; made and renewed by us where it is empty or ours, with --manifests",
    initial: "certs",
  }),
  certificates: choice(["folder", "cluster"], {
    help: "where they come from: --cert-dir, or Secrets in which we keep an authority and certificates of our own, which the webhook configurations are told to trust",
    initial: "folder",
  }),
  "install-name": text({
    placeholder: "NAME",
    help: "with --certificates=cluster: name of our Service and webhook configurations; the Secrets are NAME-ca, NAME-tls and NAME-scheduler, in --namespace",
    initial: "nativestor",
  }),
  "certificate-host": list({
    placeholder: "HOST",
    help: "with --certificates=cluster: DNS name or address that clients use, repeatable; default is the Service's, NAME.NAMESPACE.svc",
  }),
  "certificate-life": duration({
    help: "with --certificates=cluster: how long a certificate holds; it is renewed after two thirds of that",
    initial: 365 * 24 * 3_600_000,
    initialText: "8760h",
  }),
  "authority-life": duration({
    help: "with --certificates=cluster: how long an authority holds; its successor is trusted from two thirds and signs from five sixths of that",
    initial: 3650 * 24 * 3_600_000,
    initialText: "87600h",
  }),
  "require-client-certificate": onOff({
    help: "refuse the extender's paths to clients without a certificate that ca.crt beside the server's vouches for",
  }),
  "protect-metrics": onOff({
    help: "answer /metrics and /ledger only to clients with a certificate of our authority, or with a token whose owner may get these nonResourceURLs",
  }),
  divisors: positives({
    placeholder: "CLASS=NUMBER",
    flag: "divisor",
    help: "divisor of a device class in the score log2(free GiB / divisor)",
  }),
  "default-divisor": positive({ help: "divisor of the other classes", initial: 1 }),
  strategies: choices(strategies, {
    placeholder: "CLASS=NAME",
    flag: "strategy",
    help: `how the nodes are ranked for a device class: ${strategies.join(", ")}`,
  }),
  "default-strategy": choice(strategies, {
    placeholder: "NAME",
    help: "how they are ranked for the other classes",
    initial: "log2",
  }),
  "missing-claims": choice(missingClaimsChoices, {
    help: "a pod whose claims do not exist yet is left alone, or marked, so that it is placed right once they do",
    initial: "ignore",
  }),
  validation: choice(validationModes, {
    help: "what happens to claims and StorageClasses that no node can serve",
    initial: "warn",
  }),
  "body-limit": bytes({ help: "largest request body", initial: 128 * 2 ** 20, initialText: "128Mi" }),
  "max-staleness": duration({
    help: "how long to decide from what was last read while the source does not answer",
    initial: 300_000,
    initialText: "5m",
  }),
  reservations: optionalChoice(["on", "off"], {
    help: "hold room from the filter's answer until the node's published room counts the volume; off is TopoLVM's behaviour: a burst can overfill a node. On by default, off with --manifests, where nobody tells what became of a pod",
  }),
  lease: optionalChoice(["on", "off"], {
    help: "of several replicas one answers the scheduler, by a lease; on by default inside a cluster, off elsewhere",
  }),
  namespace: text({
    placeholder: "NAME",
    help: "where the leases and our Secrets are; default is the pod's own namespace, else nativestor-system",
    initial: undefined,
  }),
  "legacy-names": onOff({ help: "use the names of topolvm.cybozu.com in place of topolvm.io" }),
  lvmd: texts({
    placeholder: "NODE=SOCKET",
    help: "with --manifests: take a node's room from the lvmd that listens there, not from its annotations",
  }),
  emulate: onOff({
    help: "with --manifests: start an emulated lvmd for every other node, as large as its annotations",
  }),
  walkthrough: onOff({
    help: "print the room on the nodes and how the service places each pod of the folder, with commands to try",
  }),
};

/** What the table comes to, before it is made sense of. */
export type ServeValues = ValuesOf<typeof serveTable>;
