import type { RequestOptions } from "node:https";
import type { KubeConfig } from "@kubernetes/client-node";
import type { Identity } from "./credentials.ts";

const loaded = new Map<string, KubeConfig>();

/**
 * Identity that a credential plugin of a kubeconfig gives (`exec`, `auth-provider`). The library that runs the plugins
 * takes 0.4 s and 85 MB to load, which is why all other ways go without it. It keeps what a plugin said until that ends;
 * `fresh` asks the plugin again.
 */
export async function pluginIdentity(path: string, fresh: boolean): Promise<Identity> {
  const config = (fresh ? undefined : loaded.get(path)) ?? (await load(path));
  loaded.set(path, config);
  const options: RequestOptions = {};
  await config.applyToHTTPSOptions(options);
  const { ca, cert, key, servername, rejectUnauthorized } = options;
  const tls = { ca, cert, key, servername, rejectUnauthorized };
  const known = Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== undefined));
  const headers = Object.entries(options.headers ?? {}).map(([name, value]) => [name, String(value).trim()] as const);
  return { headers: Object.fromEntries(headers), tls: known };
}

async function load(path: string): Promise<KubeConfig> {
  const { KubeConfig } = await import("@kubernetes/client-node");
  const config = new KubeConfig();
  config.loadFromFile(path);
  return config;
}
