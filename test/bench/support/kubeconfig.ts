/** A kubeconfig for the twin of an API server, which lets everybody do everything. */
export function kubeconfigFor({ url, ca }: { url: string; ca: string }): string {
  return JSON.stringify({
    apiVersion: "v1",
    kind: "Config",
    clusters: [
      { name: "twin", cluster: { server: url, "certificate-authority-data": Buffer.from(ca).toString("base64") } },
    ],
    users: [{ name: "bench", user: { token: "none" } }],
    contexts: [{ name: "twin", context: { cluster: "twin", user: "bench" } }],
    "current-context": "twin",
  });
}
