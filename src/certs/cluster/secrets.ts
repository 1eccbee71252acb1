import { createPrivateKey, X509Certificate } from "node:crypto";
import { messageOf } from "../../base/errors.ts";
import { authoritiesIn, bundleOf } from "./bundle.ts";
import type { Authorities, Found, Leaf, LeafName, Pair } from "./model.ts";

/** Names of the Secrets that hold the certificates. */
export interface SecretNames {
  readonly authorities: string;
  readonly leaves: Readonly<Record<LeafName, string>>;
}

/** Names of the Secrets of an installation. */
export function secretNames(install: string): SecretNames {
  return {
    authorities: `${install}-ca`,
    leaves: { server: `${install}-tls`, scheduler: `${install}-scheduler` },
  };
}

/** How a Secret of ours is known again. */
export const ownLabels = { "app.kubernetes.io/name": "nativestor", "app.kubernetes.io/managed-by": "nativestor" };

/** What a Secret holds by its keys, decoded. */
export type SecretData = Readonly<Record<string, string | undefined>>;

/** Reads the Secret of the authorities; undefined is one that is not there. */
export function readAuthorities(secret: unknown): Found<Authorities> {
  return readOwn(secret, (data) => {
    const [signer, next] = [pairIn(data, "ca"), data["next.key"] === undefined ? undefined : pairIn(data, "next")];
    for (const pair of [signer, ...(next === undefined ? [] : [next])])
      if (authoritiesIn(pair.x509.toString()).length === 0)
        throw new Error("a certificate in it is of no authority of ours");
    const until = Date.parse(data["former-until"] ?? "");
    return {
      signer,
      next,
      former: authoritiesIn(data["former.crt"] ?? ""),
      formerUntilMs: Number.isNaN(until) ? undefined : until,
    };
  });
}

/** Reads the Secret of a leaf, of the type kubernetes.io/tls; undefined is one that is not there. */
export function readLeaf(secret: unknown): Found<Leaf> {
  return readOwn(secret, (data) => ({ ...pairIn(data, "tls"), bundle: data["ca.crt"] ?? "" }));
}

/** The data of the authorities' Secret. */
export function authoritiesData({ signer, next, former, formerUntilMs }: Authorities): Record<string, string> {
  return {
    "ca.crt": signer.x509.toString(),
    "ca.key": signer.key,
    ...(next !== undefined && { "next.crt": next.x509.toString(), "next.key": next.key }),
    ...(former.length > 0 && { "former.crt": bundleOf(former) }),
    ...(former.length > 0 && formerUntilMs !== undefined && { "former-until": new Date(formerUntilMs).toISOString() }),
  };
}

/** The data of a leaf's Secret. */
export function leafData({ x509, key, bundle }: Leaf): Record<string, string> {
  return { "tls.crt": x509.toString(), "tls.key": key, "ca.crt": bundle };
}

/** What a Secret (v1) holds; what is no text, or an empty one, is left out. */
export function dataOf(secret: unknown): SecretData {
  const { data } = (secret ?? {}) as { data?: unknown };
  const entries = typeof data === "object" && data !== null ? Object.entries(data) : [];
  return Object.fromEntries(
    entries.flatMap(([key, value]) =>
      typeof value === "string" && value !== "" ? [[key, Buffer.from(value, "base64").toString("utf8")]] : [],
    ),
  );
}

function readOwn<T>(secret: unknown, read: (data: SecretData) => T): Found<T> {
  const data = dataOf(secret);
  // one that is made empty beforehand, so that nobody has to be allowed to make it, is as good as none
  if (secret === undefined || (!isOwn(secret) && Object.keys(data).length === 0)) return { state: "absent" };
  if (!isOwn(secret))
    return {
      state: "foreign",
      because: `the Secret ${nameOf(secret)} was not made by nativestor and stays as it is: remove it, or choose other names with --install-name, or use it with --certificates=folder`,
    };
  try {
    return { state: "good", content: read(data) };
  } catch (error) {
    const bundle = ["ca.crt", "former.crt", "next.crt"].map((key) => data[key] ?? "").join("\n");
    return { state: "broken", because: `the Secret ${nameOf(secret)} is of no use: ${messageOf(error)}`, bundle };
  }
}

function pairIn(data: SecretData, base: string): Pair {
  const key = data[`${base}.key`] ?? "";
  const x509 = parsed(`${base}.crt`, () => new X509Certificate(data[`${base}.crt`] ?? ""));
  const privateKey = parsed(`${base}.key`, () => createPrivateKey(key));
  if (!x509.checkPrivateKey(privateKey)) throw new Error(`${base}.crt and ${base}.key do not belong together`);
  return { x509, key };
}

// the reason of OpenSSL says nothing to a person, and the text of a key has no place in a message
function parsed<T>(key: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new Error(`${key} is missing or no PEM of the kind its name says`);
  }
}

function isOwn(secret: unknown): boolean {
  const { labels } = metadataOf(secret) as { labels?: Readonly<Record<string, unknown>> | null };
  return labels?.["app.kubernetes.io/managed-by"] === ownLabels["app.kubernetes.io/managed-by"];
}

function nameOf(secret: unknown): string {
  const { namespace, name } = metadataOf(secret);
  return `${String(namespace)}/${String(name)}`;
}

function metadataOf(secret: unknown): Readonly<Record<string, unknown>> {
  return ((secret as { metadata?: unknown } | null)?.metadata ?? {}) as Record<string, unknown>;
}
