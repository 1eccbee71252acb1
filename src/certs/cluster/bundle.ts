import { X509Certificate } from "node:crypto";
import { authorityName } from "../issue.ts";
import { holdsAt } from "../life.ts";
import type { Authorities, Observed } from "./model.ts";
import { leafNames } from "./model.ts";

/** Certificates of authorities of ours in a PEM text; what is none is left out. */
export function authoritiesIn(pem: string): X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  return blocks.flatMap((block) => {
    try {
      const x509 = new X509Certificate(block);
      return x509.ca && x509.subject === `CN=${authorityName}` ? [x509] : [];
    } catch {
      return [];
    }
  });
}

/** PEM of authorities in an order that does not depend on what they are for: a new part alone changes no bundle. */
export function bundleOf(authorities: readonly X509Certificate[]): string {
  const byId = new Map(authorities.map((x509) => [x509.fingerprint256, x509]));
  return [...byId.values()]
    .toSorted((a, b) => a.validFromDate.getTime() - b.validFromDate.getTime() || (idOf(a) < idOf(b) ? -1 : 1))
    .map((x509) => x509.toString())
    .join("");
}

/** Whom clients are to trust now. */
export function trustedBundle({ signer, next, former }: Authorities, nowMs: number): string {
  const all = [signer.x509, ...(next === undefined ? [] : [next.x509]), ...former];
  return bundleOf(all.filter((x509) => holdsAt(x509, nowMs)));
}

/**
 * Authorities that clients trust by what is published, where the Secret that should say it is lost: what they have signed
 * is in use.
 */
export function publishedAuthorities({ authorities, leaves, bundles }: Observed, nowMs: number): X509Certificate[] {
  const texts = leafNames.flatMap((name) => {
    const found = leaves[name];
    if (found.state === "good") return [found.content.bundle];
    return found.state === "broken" ? [found.bundle] : [];
  });
  const broken = authorities.state === "broken" ? [authorities.bundle] : [];
  return authoritiesIn(bundleOf([...texts, ...broken, ...bundles].flatMap(authoritiesIn))).filter((x509) =>
    holdsAt(x509, nowMs),
  );
}

function idOf(x509: X509Certificate): string {
  return x509.fingerprint256;
}
