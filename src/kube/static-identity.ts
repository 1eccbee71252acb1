import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Identity, TlsMaterial } from "./credentials.ts";

/** A kubeconfig's `cluster`, as the file names things. */
export interface Cluster {
  server: string;
  "certificate-authority"?: string | undefined;
  "certificate-authority-data"?: string | undefined;
  "insecure-skip-tls-verify"?: boolean | undefined;
  "tls-server-name"?: string | undefined;
  "proxy-url"?: string | undefined;
}

/** A kubeconfig's `user`. */
export interface User {
  token?: string | undefined;
  tokenFile?: string | undefined;
  username?: string | undefined;
  password?: string | undefined;
  "client-certificate"?: string | undefined;
  "client-certificate-data"?: string | undefined;
  "client-key"?: string | undefined;
  "client-key-data"?: string | undefined;
  exec?: unknown;
  "auth-provider"?: unknown;
}

/** Identity that stands in a kubeconfig or in files that it names; relative paths are seen from `folder`, where it is. */
export async function staticIdentity(cluster: Cluster, user: User, folder: string): Promise<Identity> {
  const pem = (file: string | undefined, data: string | undefined) => pemOf(folder, file, data);
  const [ca, cert, key, authorization] = await Promise.all([
    pem(cluster["certificate-authority"], cluster["certificate-authority-data"]),
    pem(user["client-certificate"], user["client-certificate-data"]),
    pem(user["client-key"], user["client-key-data"]),
    authorizationOf(user, folder),
  ]);
  const tls: TlsMaterial = {
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
    ...(cluster["tls-server-name"] && { servername: cluster["tls-server-name"] }),
    ...(cluster["insecure-skip-tls-verify"] && { rejectUnauthorized: false }),
  };
  return { tls, headers: authorization === undefined ? {} : { authorization } };
}

// data goes before a file, as in kubectl
async function pemOf(folder: string, file?: string, data?: string): Promise<Buffer | undefined> {
  if (data) return Buffer.from(data, "base64");
  return file ? readFile(resolve(folder, file)) : undefined;
}

// a token file goes before a token, as in kubectl
async function authorizationOf(user: User, folder: string): Promise<string | undefined> {
  const token = user.tokenFile ? await readFile(resolve(folder, user.tokenFile), "utf8") : user.token;
  if (token) return `Bearer ${token.trim()}`;
  if (user.username === undefined) return undefined;
  return `Basic ${Buffer.from(`${user.username}:${user.password ?? ""}`).toString("base64")}`;
}
