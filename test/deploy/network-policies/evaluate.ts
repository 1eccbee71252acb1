import { BlockList, isIPv4 } from "node:net";
import type { NetworkPolicy, Peer, Port, Selector } from "./policy.ts";

type Labels = Readonly<Record<string, string>>;

/** Who calls or is called. One on the network of its node is an address, whatever labels its pod has. */
export interface Party {
  readonly address: string;
  /** Of a pod on the network of pods. */
  readonly pod?: {
    readonly namespace: string;
    readonly labels: Labels;
    readonly namespaceLabels: Labels;
    /** Numbers of its ports by their names. */
    readonly ports: Readonly<Record<string, number>>;
  };
}

/** A connection that is wanted. `port` is the one of the pod, which is what policies see of a Service. */
export interface Connection {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol?: "TCP" | "UDP";
}

/**
 * Whether these policies let a connection through: each end that some policy selects for its direction needs a rule that
 * allows it, and one that none selects is open. What a node says to its own pods, such as kubelet's probes, is always let through, and is
 * not asked about here.
 */
export function allows(policies: readonly NetworkPolicy[], connection: Connection): boolean {
  return (
    isOpen(policies, "Egress", connection.from, (policy) =>
      (policy.spec.egress ?? []).some(({ to, ports }) => matches(policy, to, ports, connection.to, connection)),
    ) &&
    isOpen(policies, "Ingress", connection.to, (policy) =>
      (policy.spec.ingress ?? []).some(({ from, ports }) => matches(policy, from, ports, connection.from, connection)),
    )
  );
}

function isOpen(
  policies: readonly NetworkPolicy[],
  direction: "Ingress" | "Egress",
  party: Party,
  isAllowed: (policy: NetworkPolicy) => boolean,
): boolean {
  const selecting = policies.filter((policy) => directionsOf(policy).includes(direction) && selects(policy, party));
  return selecting.length === 0 || selecting.some(isAllowed);
}

function directionsOf({ spec }: NetworkPolicy): readonly string[] {
  return spec.policyTypes ?? ["Ingress", ...(spec.egress === undefined ? [] : ["Egress"])];
}

function selects({ metadata, spec }: NetworkPolicy, { pod }: Party): boolean {
  return pod !== undefined && pod.namespace === metadata.namespace && chooses(spec.podSelector, pod.labels);
}

// a rule without peers, or without ports, is for all of them
function matches(
  policy: NetworkPolicy,
  peers: readonly Peer[] = [],
  ports: readonly Port[] = [],
  other: Party,
  connection: Connection,
): boolean {
  return (
    (peers.length === 0 || peers.some((peer) => isPeer(policy, peer, other))) &&
    (ports.length === 0 || ports.some((port) => isPort(port, connection)))
  );
}

function isPeer({ metadata }: NetworkPolicy, { podSelector, namespaceSelector, ipBlock }: Peer, other: Party): boolean {
  if (ipBlock !== undefined)
    return isWithin(ipBlock.cidr, other.address) && !(ipBlock.except ?? []).some((one) => isWithin(one, other.address));
  if (other.pod === undefined) return false;
  const { namespace, namespaceLabels, labels } = other.pod;
  const isThere =
    namespaceSelector === undefined ? namespace === metadata.namespace : chooses(namespaceSelector, namespaceLabels);
  return isThere && chooses(podSelector ?? {}, labels);
}

function isPort({ protocol = "TCP", port, endPort }: Port, connection: Connection): boolean {
  if (protocol !== (connection.protocol ?? "TCP")) return false;
  if (port === undefined) return true;
  const first = typeof port === "number" ? port : connection.to.pod?.ports[port];
  return first !== undefined && connection.port >= first && connection.port <= (endPort ?? first);
}

function chooses({ matchLabels = {}, matchExpressions = [] }: Selector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => {
      const value = labels[key];
      if (operator === "Exists") return value !== undefined;
      if (operator === "DoesNotExist") return value === undefined;
      const isAmong = value !== undefined && values.includes(value);
      return operator === "In" ? isAmong : !isAmong;
    })
  );
}

function isWithin(cidr: string, address: string): boolean {
  const [network = "", bits = ""] = cidr.split("/");
  const family = (one: string) => (isIPv4(one) ? "ipv4" : "ipv6");
  const list = new BlockList();
  list.addSubnet(network, Number(bits), family(network));
  return list.check(address, family(address));
}
