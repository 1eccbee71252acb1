import { applyObject, jsonPatch } from "../../kube/apply.ts";
import type { KubeAccess } from "../../kube/access.ts";
import { getObject } from "../../kube/object.ts";
import { versionOf } from "../../kube/resource.ts";
import { dataOf, ownLabels, readAuthorities, readLeaf, type SecretNames } from "./secrets.ts";
import { bundlesIn, webhookKinds, webhookRoot, withBundle } from "./webhooks.ts";
import type { Found, Leaf, LeafName, Observed } from "./model.ts";

/** Where the objects of an installation are. */
export interface Place {
  readonly access: KubeAccess;
  readonly namespace: string;
  readonly secrets: SecretNames;
  /** Name of the webhook configurations. */
  readonly webhooks: string;
}

/** The objects as the API server has them; undefined where one is not there. */
export interface Objects {
  readonly authorities: unknown;
  readonly leaves: Readonly<Record<LeafName, unknown>>;
  readonly configurations: readonly { readonly path: string; readonly object: unknown }[];
}

const limitMs = 10_000;
const manager = "nativestor-certificates";

/** Path of a Secret. */
function secretPath(namespace: string, name: string): string {
  return `/api/v1/namespaces/${namespace}/secrets/${name}`;
}

/** Reads all of them anew. @throws KubeError */
export async function readObjects({ access, namespace, secrets, webhooks }: Place): Promise<Objects> {
  const secret = (name: string) => getObject(access, secretPath(namespace, name), limitMs);
  const paths = webhookKinds.map((kind) => `${webhookRoot}/${kind}/${webhooks}`);
  const [authorities, server, scheduler, ...configurations] = await Promise.all([
    secret(secrets.authorities),
    secret(secrets.leaves.server),
    secret(secrets.leaves.scheduler),
    ...paths.map((path) => getObject(access, path, limitMs)),
  ]);
  const found = paths.map((path, at) => ({ path, object: configurations[at] }));
  return {
    authorities,
    leaves: { server, scheduler },
    configurations: found.filter(({ object }) => object !== undefined),
  };
}

/** What they say. */
export function understand({ authorities, leaves, configurations }: Objects): Omit<Observed, "bundlesUnchangedMs"> {
  const understood: Record<LeafName, Found<Leaf>> = {
    server: readLeaf(leaves.server),
    scheduler: readLeaf(leaves.scheduler),
  };
  return {
    authorities: readAuthorities(authorities),
    leaves: understood,
    bundles: configurations.flatMap(({ object }) => bundlesIn(object)),
  };
}

/**
 * Makes a Secret hold `data`, on what was read of it. By server-side apply, which may make an object of a certain name where
 * one may not make any (RBAC's resourceNames).
 * @throws KubeError 409 where it has changed since
 */
export async function writeSecret(
  { access, namespace }: Place,
  name: string,
  before: unknown,
  type: "Opaque" | "kubernetes.io/tls",
  data: Readonly<Record<string, string>>,
): Promise<void> {
  const version = versionOf(before);
  const given = (before as { type?: unknown } | undefined)?.type;
  const stale = Object.keys(dataOf(before)).filter((key) => !(key in data));
  const encoded = Object.entries(data).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  const secret = {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { namespace, name, labels: ownLabels, ...(version !== undefined && { resourceVersion: version }) },
    // it cannot be changed
    type: typeof given === "string" ? given : type,
    // what somebody else has put there is not ours to remove by apply, only to empty
    data: Object.fromEntries([...encoded, ...stale.map((key) => [key, ""])]),
  };
  await applyObject(access, secretPath(namespace, name), secret, manager);
}

/** Makes every webhook trust a bundle. @throws KubeError 422 where a configuration has changed since it was read */
export async function writeBundle({ access }: Place, { configurations }: Objects, bundle: string): Promise<void> {
  const wrong = configurations.filter(({ object }) => bundlesIn(object).some((text) => text !== bundle));
  await Promise.all(wrong.map(({ path, object }) => jsonPatch(access, path, withBundle(object, bundle))));
}
