import type { X509Certificate } from "node:crypto";
import { hostsOf } from "../hosts.ts";
import { holdsAt, partOfLife, renewalOf } from "../life.ts";
import { publishedAuthorities, trustedBundle } from "./bundle.ts";
import { type Authorities, type Leaf, type LeafName, leafNames, type Observed, type Wishes } from "./model.ts";

/** The next thing to do; after it one looks again. */
export type Action =
  | { readonly do: "make-signer"; readonly former: readonly X509Certificate[]; readonly because: string }
  | { readonly do: "make-next" }
  | { readonly do: "promote-next"; readonly because: string }
  | { readonly do: "forget-former" }
  | { readonly do: "publish"; readonly bundle: string }
  | { readonly do: "issue"; readonly leaf: LeafName; readonly because: string }
  | { readonly do: "hand-bundle"; readonly leaf: LeafName; readonly bundle: string }
  /** Somebody else's Secret is in the way. */
  | { readonly do: "refuse"; readonly because: string }
  | { readonly do: "wait"; readonly untilMs: number };

/** Of an authority's life: when its successor is made, and when that takes over. What lies between is for clients that read a bundle seldom. */
const successorPart = 2 / 3;
const handoverPart = 5 / 6;

/**
 * What to do about the certificates of a cluster. An authority signs only after everybody trusts it, and is trusted until
 * all that it has signed has ended; so whatever certificate a replica shows, every client that follows the bundle accepts it.
 * @param nowMs by the clock of those who check them, the API server's
 */
export function decide(observed: Observed, wishes: Wishes, nowMs: number): Action {
  const found = observed.authorities;
  if (found.state === "foreign") return { do: "refuse", because: found.because };
  if (found.state !== "good") {
    const because = found.state === "absent" ? "there was none" : found.because;
    return { do: "make-signer", former: publishedAuthorities(observed, nowMs), because };
  }
  const authorities = found.content;
  return (
    aboutSigner(authorities, observed, nowMs) ??
    aboutBundles(authorities, observed, nowMs) ??
    aboutHandover(authorities, observed, wishes, nowMs) ??
    firstOf(leafNames, (name) => aboutLeaf(name, authorities, observed, wishes, nowMs)) ?? {
      do: "wait",
      untilMs: nextTime(authorities, observed, wishes, nowMs),
    }
  );
}

/** What is to be told of although it keeps nothing else from being done. */
export function complaintsOf({ leaves }: Observed): string[] {
  return leafNames.flatMap((name) => {
    const found = leaves[name];
    return found.state === "foreign" ? [found.because] : [];
  });
}

// without a signer that holds nothing else is worth anything
function aboutSigner({ signer, next, former }: Authorities, observed: Observed, nowMs: number): Action | undefined {
  if (holdsAt(signer.x509, nowMs)) return undefined;
  const because =
    nowMs < signer.x509.validFromDate.getTime() ? "the authority is not valid yet" : "the authority ended";
  if (next !== undefined && holdsAt(next.x509, nowMs)) return { do: "promote-next", because };
  const known = [...former, ...publishedAuthorities(observed, nowMs)].filter((x509) => holdsAt(x509, nowMs));
  return { do: "make-signer", former: known, because };
}

function aboutBundles(authorities: Authorities, { bundles }: Observed, nowMs: number): Action | undefined {
  const bundle = trustedBundle(authorities, nowMs);
  return bundles.every((text) => text === bundle) ? undefined : { do: "publish", bundle };
}

function aboutHandover(
  { signer, next, former, formerUntilMs = Infinity }: Authorities,
  observed: Observed,
  { lives }: Wishes,
  nowMs: number,
): Action | undefined {
  if (former.length > 0 && (nowMs >= formerUntilMs || former.some((x509) => !holdsAt(x509, nowMs))))
    return { do: "forget-former" };
  if (next === undefined || !holdsAt(next.x509, nowMs))
    return nowMs >= partOfLife(signer.x509, successorPart) ? { do: "make-next" } : undefined;
  if (nowMs < partOfLife(signer.x509, handoverPart) || !isSettled(observed, lives.settleMs)) return undefined;
  return { do: "promote-next", because: "the authority's time is coming to an end" };
}

function aboutLeaf(
  name: LeafName,
  authorities: Authorities,
  observed: Observed,
  wishes: Wishes,
  nowMs: number,
): Action | undefined {
  const found = observed.leaves[name];
  if (found.state === "foreign") return undefined;
  const because = whyIssue(name, authorities, observed, wishes, nowMs);
  if (because !== undefined && mayIssue(authorities, observed, wishes)) return { do: "issue", leaf: name, because };
  const bundle = trustedBundle(authorities, nowMs);
  if (found.state !== "good" || found.content.bundle === bundle) return undefined;
  return { do: "hand-bundle", leaf: name, bundle };
}

// where no authority was there before, nobody trusts another one and nothing is lost by being quick
function mayIssue({ former }: Authorities, observed: Observed, { lives }: Wishes): boolean {
  return former.length === 0 || isSettled(observed, lives.settleMs);
}

function isSettled({ bundles, bundlesUnchangedMs }: Observed, settleMs: number): boolean {
  return bundles.length === 0 || bundlesUnchangedMs >= settleMs;
}

function whyIssue(
  name: LeafName,
  { signer }: Authorities,
  { leaves }: Observed,
  { hosts }: Wishes,
  nowMs: number,
): string | undefined {
  const found = leaves[name];
  if (found.state === "absent") return "there was none";
  if (found.state !== "good") return found.because;
  const { x509 } = found.content;
  if (!x509.verify(signer.x509.publicKey)) return "another authority signs now";
  if (!isSame(hostsOf(x509), hosts[name])) return "the hosts changed";
  return isFresh(found.content, nowMs) ? undefined : "its time is coming to an end";
}

function isIssuable(
  name: LeafName,
  authorities: Authorities,
  observed: Observed,
  wishes: Wishes,
  nowMs: number,
): boolean {
  if (observed.leaves[name].state === "foreign") return false;
  return whyIssue(name, authorities, observed, wishes, nowMs) !== undefined;
}

function isFresh({ x509 }: Leaf, nowMs: number): boolean {
  return holdsAt(x509, nowMs) && nowMs < renewalOf(x509);
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((host) => b.includes(host));
}

/** When something will be due, if nothing happens before. */
function nextTime(authorities: Authorities, observed: Observed, wishes: Wishes, nowMs: number): number {
  const { signer, next, former, formerUntilMs } = authorities;
  const settledMs = nowMs + Math.max(1, wishes.lives.settleMs - observed.bundlesUnchangedMs);
  const renewals = leafNames.flatMap((name) => {
    const found = observed.leaves[name];
    return found.state === "good" ? [renewalOf(found.content.x509)] : [];
  });
  const times = [
    ...renewals,
    partOfLife(signer.x509, next === undefined ? successorPart : handoverPart),
    ...(former.length === 0 ? [] : [formerUntilMs ?? Infinity]),
    ...former.map((x509) => x509.validToDate.getTime()),
  ];
  const waits = leafNames.some((name) => isIssuable(name, authorities, observed, wishes, nowMs)) ? [nowMs] : [];
  // what is due already waits for the bundles
  return Math.min(...[...times, ...waits].map((time) => (time <= nowMs ? settledMs : time)));
}

function firstOf<T, R>(items: readonly T[], find: (item: T) => R | undefined): R | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}
