import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import { parse } from "yaml";
import * as z from "zod";
import type { Clock } from "../base/clock.ts";
import { NativestorError, messageOf } from "../base/errors.ts";
import { type Credentials, keepIdentity, type LoadIdentity } from "./credentials.ts";
import { pluginIdentity } from "./plugin-identity.ts";
import { type Cluster, type User, staticIdentity } from "./static-identity.ts";

const text = z.string().optional();

// of the format only what is used; https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/
const format = z.object({
  "current-context": z.string().min(1),
  contexts: z.array(z.object({ name: z.string(), context: z.object({ cluster: z.string(), user: text }) })),
  clusters: z.array(
    z.object({
      name: z.string(),
      cluster: z.object({
        server: z.url(),
        "certificate-authority": text,
        "certificate-authority-data": text,
        "insecure-skip-tls-verify": z.boolean().optional(),
        "tls-server-name": text,
        "proxy-url": text,
      }),
    }),
  ),
  users: z
    .array(
      z.object({
        name: z.string(),
        user: z.object({
          token: text,
          tokenFile: text,
          username: text,
          password: text,
          "client-certificate": text,
          "client-certificate-data": text,
          "client-key": text,
          "client-key-data": text,
          exec: z.unknown().optional(),
          "auth-provider": z.unknown().optional(),
        }),
      }),
    )
    .nullish(),
});

/**
 * Credentials of the current context of a kubeconfig file.
 * @throws NativestorError `failed-precondition` naming the file and what is wrong with it
 */
export async function kubeconfigCredentials(path: string, clock: Clock): Promise<Credentials> {
  const { cluster } = await readKubeconfig(path);
  const proxy = cluster["proxy-url"];
  if (proxy !== undefined && !/^https?:/.test(proxy))
    throw new NativestorError("failed-precondition", `${path}: proxy-url is an http or https URL, not ${proxy}`);
  const load: LoadIdentity = async (fresh) => {
    const { cluster, user } = await readKubeconfig(path);
    const hasPlugin = user.exec != null || user["auth-provider"] != null;
    return hasPlugin ? pluginIdentity(path, fresh) : staticIdentity(cluster, user, dirname(path));
  };
  return { server: cluster.server, proxy, ...keepIdentity(load, clock) };
}

async function readKubeconfig(path: string): Promise<{ cluster: Cluster; user: User }> {
  const config = format.safeParse(await readYaml(path));
  if (!config.success) throw new NativestorError("failed-precondition", `${path}: ${firstIssue(config.error)}`);
  const wanted = config.data["current-context"];
  const context = config.data.contexts.find(({ name }) => name === wanted)?.context;
  const cluster = config.data.clusters.find(({ name }) => name === context?.cluster)?.cluster;
  if (context === undefined || cluster === undefined)
    throw new NativestorError("failed-precondition", `${path}: the context ${wanted}, or its cluster, is not defined`);
  return { cluster, user: config.data.users?.find(({ name }) => name === context.user)?.user ?? {} };
}

async function readYaml(path: string): Promise<unknown> {
  try {
    return parse(await readFile(path, "utf8"));
  } catch (error) {
    throw new NativestorError("failed-precondition", `kubeconfig ${path}: ${messageOf(error)}`, { cause: error });
  }
}

function firstIssue(error: z.ZodError): string {
  const [issue] = error.issues;
  return `${issue?.path.join(".") ?? ""}: ${issue?.message ?? "is no kubeconfig"}`;
}
