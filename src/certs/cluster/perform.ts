import { X509Certificate } from "node:crypto";
import { createAuthority, issueCertificate, validity } from "../issue.ts";
import { trustedBundle } from "./bundle.ts";
import type { Action } from "./decide.ts";
import type { Authorities, Leaf, LeafName, Observed, Pair, Wishes } from "./model.ts";
import { type Objects, type Place, writeBundle, writeSecret } from "./objects.ts";
import { authoritiesData, leafData } from "./secrets.ts";

/** An action that changes something. */
export type Change = Exclude<Action, { do: "wait" } | { do: "refuse" }>;

/** What a change makes of the authorities; undefined where they stay. */
export function changedAuthorities(
  action: Change,
  authorities: Authorities | undefined,
  { lives }: Wishes,
  nowMs: number,
): Authorities | undefined {
  const formerUntilMs = nowMs + lives.leafMs;
  if (action.do === "make-signer")
    return { signer: newAuthority(lives.authorityMs, nowMs), next: undefined, former: action.former, formerUntilMs };
  if (authorities === undefined) return undefined;
  const { signer, next, former } = authorities;
  if (action.do === "make-next") return { ...authorities, next: newAuthority(lives.authorityMs, nowMs) };
  if (action.do === "promote-next" && next !== undefined)
    return { signer: next, next: undefined, former: [signer.x509, ...former], formerUntilMs };
  if (action.do !== "forget-former") return undefined;
  const isOver = nowMs >= (authorities.formerUntilMs ?? Infinity);
  const kept = isOver ? [] : former.filter((x509) => nowMs < x509.validToDate.getTime());
  return { ...authorities, former: kept };
}

/** What a change makes of a leaf; undefined where it stays. */
export function changedLeaf(
  action: Change,
  { authorities, leaves }: Pick<Observed, "authorities" | "leaves">,
  { hosts, lives }: Wishes,
  nowMs: number,
): { readonly name: LeafName; readonly leaf: Leaf } | undefined {
  if (authorities.state !== "good") return undefined;
  if (action.do === "issue") {
    const pair = newLeaf(action.leaf, authorities.content, hosts[action.leaf], lives.leafMs, nowMs);
    return { name: action.leaf, leaf: { ...pair, bundle: trustedBundle(authorities.content, nowMs) } };
  }
  if (action.do !== "hand-bundle") return undefined;
  const found = leaves[action.leaf];
  return found.state === "good" ? { name: action.leaf, leaf: { ...found.content, bundle: action.bundle } } : undefined;
}

/** Does it. @throws KubeError also where an object has changed since it was read: look again then */
export async function perform(
  place: Place,
  action: Change,
  { objects, observed, wishes, nowMs }: { objects: Objects; observed: Observed; wishes: Wishes; nowMs: number },
): Promise<void> {
  if (action.do === "publish") return writeBundle(place, objects, action.bundle);
  const { authorities } = observed;
  const made = changedAuthorities(
    action,
    authorities.state === "good" ? authorities.content : undefined,
    wishes,
    nowMs,
  );
  if (made !== undefined)
    return writeSecret(place, place.secrets.authorities, objects.authorities, "Opaque", authoritiesData(made));
  const changed = changedLeaf(action, observed, wishes, nowMs);
  if (changed === undefined) return;
  const { name, leaf } = changed;
  await writeSecret(place, place.secrets.leaves[name], objects.leaves[name], "kubernetes.io/tls", leafData(leaf));
}

function newAuthority(lifeMs: number, nowMs: number): Pair {
  const { certificate, key } = createAuthority({ validity: validity(nowMs, lifeMs) });
  return { x509: new X509Certificate(certificate), key };
}

function newLeaf(
  name: LeafName,
  { signer }: Authorities,
  hosts: readonly string[],
  lifeMs: number,
  nowMs: number,
): Pair {
  const { notBeforeMs, notAfterMs } = validity(nowMs, lifeMs);
  const { certificate, key } = issueCertificate({
    ca: { certificate: signer.x509.toString(), key: signer.key },
    hosts,
    usage: name === "server" ? "server" : "client",
    name: name === "server" ? "nativestor" : "nativestor-scheduler",
    // no certificate outlives who signed it
    validity: { notBeforeMs, notAfterMs: Math.min(notAfterMs, signer.x509.validToDate.getTime()) },
  });
  return { x509: new X509Certificate(certificate), key };
}
