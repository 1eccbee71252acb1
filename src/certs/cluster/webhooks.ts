import type { PatchOperation } from "../../kube/apply.ts";
import { versionOf } from "../../kube/resource.ts";

/** Kinds of configurations whose webhooks name whom the API server trusts. */
export const webhookKinds = ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"] as const;

/** Where the configurations are. */
export const webhookRoot = "/apis/admissionregistration.k8s.io/v1";

/** PEM that each webhook of a configuration trusts; empty where that is nobody. */
export function bundlesIn(configuration: unknown): string[] {
  return webhooksOf(configuration).map(({ clientConfig }) => {
    const { caBundle } = clientConfig ?? {};
    return typeof caBundle === "string" ? Buffer.from(caBundle, "base64").toString("utf8") : "";
  });
}

/** Operations that make every webhook trust a bundle, on the configuration as it was seen; 422 where it has changed since. */
export function withBundle(configuration: unknown, bundle: string): PatchOperation[] {
  const value = Buffer.from(bundle).toString("base64");
  const changes = webhooksOf(configuration).map(
    (_, at): PatchOperation => ({ op: "add", path: `/webhooks/${at}/clientConfig/caBundle`, value }),
  );
  return [{ op: "test", path: "/metadata/resourceVersion", value: versionOf(configuration) ?? "" }, ...changes];
}

interface Webhook {
  readonly clientConfig?: { readonly caBundle?: unknown } | null;
}

function webhooksOf(configuration: unknown): readonly Webhook[] {
  const { webhooks } = (configuration ?? {}) as { webhooks?: unknown };
  return Array.isArray(webhooks) ? (webhooks as Webhook[]) : [];
}
