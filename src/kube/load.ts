import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter } from "node:path";
import { type Clock, systemClock } from "../base/clock.ts";
import { NativestorError } from "../base/errors.ts";
import type { KubeAccess } from "./access.ts";
import type { Credentials } from "./credentials.ts";
import { type Environment, inClusterCredentials, serviceAccountFolder } from "./in-cluster.ts";
import { kubeconfigCredentials } from "./kubeconfig.ts";
import { createTransport } from "./transport.ts";

/** Where to find the API server. */
export interface KubeSource {
  /** A kubeconfig; without one the pod's own credentials, then `$KUBECONFIG` (its first file), then `~/.kube/config`. */
  readonly kubeconfig?: string | undefined;
  readonly env?: Environment;
  readonly clock?: Clock;
}

/**
 * The way to the API server.
 * @throws NativestorError `failed-precondition` when nothing says where it is, or a kubeconfig is unreadable
 */
export async function loadKubeAccess({
  kubeconfig,
  env = process.env,
  clock = systemClock,
}: KubeSource): Promise<KubeAccess> {
  return createTransport(await findCredentials(kubeconfig, env, clock), clock);
}

async function findCredentials(kubeconfig: string | undefined, env: Environment, clock: Clock): Promise<Credentials> {
  if (kubeconfig !== undefined) return kubeconfigCredentials(kubeconfig, clock);
  const own = inClusterCredentials(env, serviceAccountFolder, clock);
  if (own !== undefined) return own;
  const found = env.KUBECONFIG?.split(delimiter).find((path) => path !== "") ?? usersKubeconfig(env);
  if (found !== undefined) return kubeconfigCredentials(found, clock);
  throw new NativestorError(
    "failed-precondition",
    "no API server is known: this is no pod of a cluster; name a kubeconfig with --kubeconfig FILE or $KUBECONFIG",
  );
}

function usersKubeconfig(env: Environment): string | undefined {
  const path = `${env.HOME ?? homedir()}/.kube/config`;
  return existsSync(path) ? path : undefined;
}
