import { stringify } from "yaml";

/** A kubeconfig file's text for one cluster and one token. */
export function kubeconfigText(options: { server: string; caFile: string; token: string }): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name: "test", cluster: { server: options.server, "certificate-authority": options.caFile } }],
    users: [{ name: "user", user: { token: options.token } }],
    contexts: [{ name: "test", context: { cluster: "test", user: "user" } }],
    "current-context": "test",
  });
}
