import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";
import type { Clock } from "../base/clock.ts";
import { type Credentials, keepIdentity } from "./credentials.ts";

/** Where kubelet mounts the token of a pod's service account. */
export const serviceAccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Environment variables of a process. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Credentials of the pod that this runs in; undefined outside of a cluster. The token is read again every minute, since
 * kubelet exchanges it before it ends.
 */
export function inClusterCredentials(env: Environment, folder: string, clock: Clock): Credentials | undefined {
  const host = env.KUBERNETES_SERVICE_HOST;
  const port = env.KUBERNETES_SERVICE_PORT;
  if (!host || !port || !existsSync(`${folder}/token`)) return undefined;
  const load = async () => {
    const [token, ca] = await Promise.all([readFile(`${folder}/token`, "utf8"), readFile(`${folder}/ca.crt`)]);
    return { headers: { authorization: `Bearer ${token.trim()}` }, tls: { ca } };
  };
  const server = `https://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  return { server, proxy: undefined, ...keepIdentity(load, clock) };
}
