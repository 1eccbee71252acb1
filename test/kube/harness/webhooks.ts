import { readFile } from "node:fs/promises";
import { parseAllDocuments } from "yaml";
import type { ControlPlane } from "./control-plane.ts";
import { claimSpec, podManifest } from "./objects.ts";
import type { Service } from "./service.ts";
import { until } from "./until.ts";

interface ClientConfig {
  service?: { path: string };
  url?: string;
  caBundle?: string;
}

interface WebhookConfiguration {
  readonly kind: string;
  readonly webhooks: { clientConfig: ClientConfig }[];
}

const root = "/apis/admissionregistration.k8s.io/v1";

/**
 * Registers deploy/manifests/webhook.yaml as it is, but for the address: there is no Service in this cluster. Resolves when
 * the API server sends pods to it, which a pod with a volume of `storageClass` shows.
 */
export async function registerWebhooks(
  cluster: ControlPlane,
  service: Pick<Service, "url" | "caFile">,
  storageClass: string,
): Promise<void> {
  const caBundle = (await readFile(service.caFile)).toString("base64");
  await announceWebhooks(cluster, service.url, storageClass, caBundle);
}

/** As `registerWebhooks`, for a service that tells the API server by itself whom to trust, where no bundle is given. */
export async function announceWebhooks(
  cluster: ControlPlane,
  url: string,
  storageClass: string,
  caBundle?: string,
): Promise<void> {
  const source = new URL("../../../deploy/manifests/webhook.yaml", import.meta.url);
  for (const document of parseAllDocuments(await readFile(source, "utf8"))) {
    const configuration = document.toJS() as WebhookConfiguration;
    for (const webhook of configuration.webhooks)
      webhook.clientConfig = {
        url: `${url}${webhook.clientConfig.service?.path ?? ""}`,
        ...(caBundle !== undefined && { caBundle }),
      };
    await cluster.api.create(`${root}/${configuration.kind.toLowerCase()}s`, configuration);
  }
  await until("the API server calls the webhooks", () => isCalled(cluster, storageClass));
}

// it reads new configurations a moment later; a pod that is only tried out shows whether it has
async function isCalled(cluster: ControlPlane, storageClass: string): Promise<boolean> {
  const volumeClaimTemplate = { spec: claimSpec(storageClass, "1Gi") };
  const { spec } = await cluster.api.create<{ spec: { containers: { resources?: { limits?: object } }[] } }>(
    "/api/v1/namespaces/default/pods?dryRun=All",
    podManifest("probe", [], { volumes: [{ name: "probe", ephemeral: { volumeClaimTemplate } }] }),
  );
  return spec.containers[0]?.resources?.limits !== undefined;
}
